package io.syncnorm.dl4j.fused;

import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.dl4j.layer.RowSource;
import io.syncnorm.nn.Architecture;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.Packet;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;

/**
 * Rows of an RDD, packed and kept by Spark: for one fit, and for the next over the same RDD where
 * they are known to be the same then. They are where Spark itself has been told to keep the RDD,
 * persisted or checkpointed; Spark computes any other again for each epoch, and may well get other
 * rows, as from random augmentation. Of one RDD alone, the last.
 */
public final class PackedCache {
  private Optional<Entry> entry = Optional.empty();

  /**
   * What was packed, and of what.
   *
   * @param source not the number of the RDD, which another context gives to another RDD; weak, so
   *     that Spark's cleaner still frees an RDD that its user has forgotten
   * @param watch tells whether it was unpersisted since
   */
  private record Entry(
      WeakReference<RDD<?>> source,
      UnpersistWatch watch,
      int world,
      int inputs,
      int classes,
      JavaRDD<Packet<PackedRows>> rows) {
    boolean isOf(JavaRDD<?> other, int ranks, Architecture architecture) {
      return source.refersTo(other.rdd())
          && world == ranks
          && inputs == architecture.inputs()
          && classes == architecture.classes()
          && isKept(other)
          && !watch.hasSeenUnpersist();
    }

    void free() {
      watch.close();
      PackedCache.free(rows);
    }
  }

  /** Packed rows for one fit. */
  public record Lease(JavaRDD<Packet<PackedRows>> kept, Runnable end) implements AutoCloseable {
    public JavaRDD<PackedRows> rows() {
      return kept.map(Packet::value);
    }

    @Override
    public void close() {
      end.run();
    }
  }

  /**
   * The rows in one packed partition per rank.
   *
   * @throws NotFusedException if they are not what the fused engine takes
   */
  public <T> Lease of(JavaRDD<T> rows, int world, RowSource<T> source, Architecture architecture) {
    if (entry.isPresent() && entry.get().isOf(rows, world, architecture)) {
      return new Lease(entry.get().rows(), () -> {});
    }
    clear();
    if (source.isOfElementsAlone() && isKept(rows)) {
      // Before anything is read, so that no unpersist escapes.
      UnpersistWatch watch = new UnpersistWatch(rows);
      try {
        JavaRDD<Packet<PackedRows>> packed = packed(rows, world, source, architecture);
        entry =
            Optional.of(
                new Entry(
                    new WeakReference<>(rows.rdd()),
                    watch,
                    world,
                    architecture.inputs(),
                    architecture.classes(),
                    packed));
        return new Lease(packed, () -> {});
      } finally {
        if (entry.isEmpty()) {
          watch.close();
        }
      }
    }
    JavaRDD<Packet<PackedRows>> packed = packed(rows, world, source, architecture);
    return new Lease(packed, () -> free(packed));
  }

  /** Frees what is kept. */
  public void clear() {
    entry.ifPresent(Entry::free);
    entry = Optional.empty();
  }

  private static boolean isKept(JavaRDD<?> rows) {
    return !rows.getStorageLevel().equals(StorageLevel.NONE()) || rows.isCheckpointed();
  }

  private static <T> JavaRDD<Packet<PackedRows>> packed(
      JavaRDD<T> rows, int world, RowSource<T> source, Architecture architecture) {
    int inputs = architecture.inputs();
    int classes = architecture.classes();
    JavaRDD<Packet<PackedRows>> packed =
        BarrierPartitions.of(rows, world)
            .mapPartitions(elements -> pack(elements, source, inputs, classes), true)
            .persist(StorageLevel.MEMORY_AND_DISK());
    if (new JavaSparkContext(rows.context()).isLocal()) {
      // Else each epoch's tasks carry what the RDD was made of, all data of a parallelized list. On
      // a cluster they must, because an executor that is lost takes its rows with it.
      packed.rdd().localCheckpoint();
    }
    try {
      List<String> problems = packed.map(one -> one.value().problem()).collect();
      Optional<String> problem = problems.stream().filter(p -> !p.isEmpty()).findFirst();
      if (problem.isPresent()) {
        throw new NotFusedException(problem.get());
      }
      return packed;
    } catch (Exception e) { // Spark throws InterruptedException without declaring it
      free(packed);
      throw e;
    }
  }

  private static void free(JavaRDD<?> rows) {
    if (!rows.context().isStopped()) { // it has freed all it held
      Interruption.uninterrupted(rows::unpersist);
    }
  }

  private static <T> Iterator<Packet<PackedRows>> pack(
      Iterator<T> elements, RowSource<T> source, int inputs, int classes) {
    Nd4jLibrary.require("read data sets");
    PackedRows all = PackedRows.of(source.over(elements), inputs, classes);
    return List.of(new Packet<>(all)).iterator();
  }
}
