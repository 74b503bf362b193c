package io.syncnorm.dl4j;

import io.syncnorm.nn.Stack;
import io.syncnorm.spark.BarrierPartitions;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/**
 * The last RDD's rows, packed and kept by Spark, for the next epoch over it. DL4J's own master
 * exports an RDD to files for the same reason.
 */
final class PackedCache {
  private Optional<Entry> entry = Optional.empty();

  /**
   * What was packed, and of what.
   *
   * @param source Spark's number of the RDD in its context
   */
  private record Entry(
      String application,
      int source,
      int world,
      int inputs,
      int classes,
      JavaRDD<PackedRows> rows) {
    boolean isOf(JavaRDD<?> other, int ranks, Stack stack) {
      return application.equals(other.context().applicationId())
          && source == other.id()
          && world == ranks
          && inputs == stack.inputs()
          && classes == stack.classes();
    }
  }

  /**
   * The rows in one packed partition per rank.
   *
   * @throws NotFusedException if they are not what the fused engine takes
   */
  <T> JavaRDD<PackedRows> of(JavaRDD<T> rows, int world, RowSource<T> source, Stack stack) {
    if (entry.isPresent() && entry.get().isOf(rows, world, stack)) {
      return entry.get().rows();
    }
    clear();
    int inputs = stack.inputs();
    int classes = stack.classes();
    JavaRDD<PackedRows> packed =
        BarrierPartitions.of(rows, world)
            .mapPartitions(elements -> pack(elements, source, inputs, classes), true)
            .persist(StorageLevel.MEMORY_AND_DISK());
    if (new JavaSparkContext(rows.context()).isLocal()) {
      // Else each epoch's tasks carry what the RDD was made of, all data of a parallelized list. On
      // a cluster they must, because an executor that is lost takes its rows with it.
      packed.rdd().localCheckpoint();
    }
    List<PackedRows.Summary> summaries = packed.map(PackedRows::summary).collect();
    Optional<String> problem =
        summaries.stream().map(PackedRows.Summary::problem).filter(p -> !p.isEmpty()).findFirst();
    if (problem.isPresent()) {
      packed.unpersist();
      throw new NotFusedException(problem.get());
    }
    entry =
        Optional.of(
            new Entry(rows.context().applicationId(), rows.id(), world, inputs, classes, packed));
    return packed;
  }

  /** Frees what is kept. */
  void clear() {
    entry.ifPresent(last -> last.rows().unpersist());
    entry = Optional.empty();
  }

  private static <T> Iterator<PackedRows> pack(
      Iterator<T> elements, RowSource<T> source, int inputs, int classes) {
    return List.of(PackedRows.of(new SourceIterator<>(elements, source), inputs, classes))
        .iterator();
  }
}
