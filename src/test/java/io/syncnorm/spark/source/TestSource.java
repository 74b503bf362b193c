package io.syncnorm.spark.source;

import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.TaskRows;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Blocks of two features, made by functions in this JVM: one per partition. */
record TestSource(List<Integer> functions, long limit) implements Source {
  private static final List<Callable<List<RowBlock>>> FUNCTIONS = new ArrayList<>();

  static TestSource of(List<List<RowBlock>> partitions) {
    return computing(
        partitions.stream().<Callable<List<RowBlock>>>map(blocks -> () -> blocks).toList());
  }

  /** A source of one partition per function. */
  static TestSource computing(List<Callable<List<RowBlock>>> partitions) {
    int first = FUNCTIONS.size();
    FUNCTIONS.addAll(partitions);
    return new TestSource(
        IntStream.range(first, FUNCTIONS.size()).boxed().toList(), Source.NO_LIMIT);
  }

  /** A source of one partition. */
  static TestSource failing(Callable<List<RowBlock>> blocks) {
    return computing(List.of(blocks));
  }

  TestSource limited(long rows) {
    return new TestSource(functions, rows);
  }

  @Override
  public RowFormat format() {
    return RowFormat.ofVectors(2);
  }

  @Override
  public String description() {
    return "test source";
  }

  @Override
  public JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext spark) {
    return TaskRows.of(
        spark.parallelize(functions, functions.size()).rdd(),
        (partition, function) -> call(function.next()));
  }

  private static Iterator<Packet<RowBlock>> call(int function) throws Exception {
    return FUNCTIONS.get(function).call().stream().map(Packet::new).iterator();
  }
}
