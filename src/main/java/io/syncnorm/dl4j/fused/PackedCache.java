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
 * A cache of one RDD's packed rows, persisted by Spark. The rows serve one fit, and the next fit
 * over the same RDD if the RDD is persisted or checkpointed. Spark recomputes any other RDD for
 * each epoch, and may then produce different rows, for example with random augmentation. Only the
 * rows of the last RDD are kept.
 */
public final class PackedCache {
  private Optional<Entry> entry = Optional.empty();

  /**
   * The packed rows and their source.
   *
   * @param source the RDD itself, since another context can reuse its number; a weak reference, so
   *     that Spark's cleaner can still free an RDD that the user no longer references
   * @param watch detects whether the RDD has been unpersisted since
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

  /** The packed rows for one fit. */
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
   * Returns the rows, packed into one partition per rank.
   *
   * @throws NotFusedException if the fused engine cannot train on the rows
   */
  public <T> Lease of(JavaRDD<T> rows, int world, RowSource<T> source, Architecture architecture) {
    if (entry.isPresent() && entry.get().isOf(rows, world, architecture)) {
      return new Lease(entry.get().rows(), () -> {});
    }
    clear();
    if (source.isOfElementsAlone() && isKept(rows)) {
      // Starts before anything is read, so that no unpersist is missed.
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

  /** Frees the cached rows. */
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
      // Otherwise each epoch's tasks carry the RDD's lineage, such as all data of a parallelized
      // list. On a cluster they need it to recompute the rows of a lost executor.
      packed.rdd().localCheckpoint();
    }
    try {
      List<String> problems = packed.map(one -> one.value().problem()).collect();
      Optional<String> problem = problems.stream().filter(p -> !p.isEmpty()).findFirst();
      if (problem.isPresent()) {
        throw new NotFusedException(problem.get());
      }
      return packed;
    } catch (Exception e) { // Spark throws an undeclared InterruptedException
      free(packed);
      throw e;
    }
  }

  private static void free(JavaRDD<?> rows) {
    if (!rows.context().isStopped()) { // a stopped context has freed its rows
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
