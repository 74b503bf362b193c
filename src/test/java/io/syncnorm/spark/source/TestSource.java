package io.syncnorm.spark.source;

import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.Packet;
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
    int first = FUNCTIONS.size();
    partitions.forEach(blocks -> FUNCTIONS.add(() -> blocks));
    return new TestSource(
        IntStream.range(first, FUNCTIONS.size()).boxed().toList(), Source.NO_LIMIT);
  }

  /** A source of one partition. */
  static TestSource failing(Callable<List<RowBlock>> blocks) {
    FUNCTIONS.add(blocks);
    return new TestSource(List.of(FUNCTIONS.size() - 1), Source.NO_LIMIT);
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
    return spark.parallelize(functions, functions.size()).flatMap(TestSource::call);
  }

  private static Iterator<Packet<RowBlock>> call(int function) throws Exception {
    return FUNCTIONS.get(function).call().stream().map(Packet::new).iterator();
  }
}
