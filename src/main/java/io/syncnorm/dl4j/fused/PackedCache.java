package io.syncnorm.dl4j.fused;

import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.dl4j.layer.RowSource;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.TaskRows;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.source.Chunks;
import io.syncnorm.spark.source.MapAccumulator;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;

/**
 * A cache of one RDD's packed rows, which Spark keeps on disk and ranks load into their shards. The
 * rows and shards serve one fit, and the next fit over the same RDD if the RDD is persisted or
 * checkpointed. Spark recomputes any other RDD for each epoch, and may then produce different rows,
 * for example with random augmentation. Only the rows of the last RDD are kept.
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
      RowForm form,
      int classes,
      Packed packed) {
    boolean isOf(JavaRDD<?> other, int ranks, FusedChain chain) {
      return source.refersTo(other.rdd())
          && world == ranks
          && form.equals(chain.form())
          && classes == chain.classes()
          && isKept(other)
          && !watch.hasSeenUnpersist();
    }

    void free() {
      watch.close();
      packed.free();
    }
  }

  /**
   * The packed rows for one fit.
   *
   * @param sizes sizes of a row's dimensions; empty without rows
   */
  public record Lease(DealtData data, List<Integer> sizes, Runnable end) implements AutoCloseable {
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
  public <T> Lease of(JavaRDD<T> rows, int world, RowSource<T> source, FusedChain chain) {
    if (entry.isPresent() && entry.get().isOf(rows, world, chain)) {
      return entry.get().packed().lease(() -> {});
    }
    clear();
    if (source.isOfElementsAlone() && isKept(rows)) {
      // Starts before anything is read, so that no unpersist is missed.
      UnpersistWatch watch = new UnpersistWatch(rows);
      try {
        // Not only its job: the counts of some tasks are lost with a job, but their rows are
        // stored.
        Packed packed =
            Jobs.repeatable(
                new JavaSparkContext(rows.context()), () -> packed(rows, world, source, chain));
        entry =
            Optional.of(
                new Entry(
                    new WeakReference<>(rows.rdd()),
                    watch,
                    world,
                    chain.form(),
                    chain.classes(),
                    packed));
        return packed.lease(() -> {});
      } finally {
        if (entry.isEmpty()) {
          watch.close();
        }
      }
    }
    Packed packed = packed(rows, world, source, chain);
    return packed.lease(packed::free);
  }

  /** Frees the cached rows. */
  public void clear() {
    entry.ifPresent(Entry::free);
    entry = Optional.empty();
  }

  private static boolean isKept(JavaRDD<?> rows) {
    return !rows.getStorageLevel().equals(StorageLevel.NONE()) || rows.isCheckpointed();
  }

  private static <T> Packed packed(
      JavaRDD<T> rows, int world, RowSource<T> source, FusedChain chain) {
    JavaSparkContext spark = new JavaSparkContext(rows.context());
    MapAccumulator<Integer, PackedCounts> counts = MapAccumulator.registered(spark);
    JavaRDD<byte[]> stored =
        TaskRows.of(
                BarrierPartitions.of(rows, world).rdd(),
                new Packing<>(source, chain.form(), chain.classes(), counts))
            .persist(StorageLevel.DISK_ONLY());
    if (spark.isLocal()) {
      // Otherwise each epoch's tasks carry the RDD's lineage, such as all data of a parallelized
      // list. On a cluster they need it to recompute the rows of a lost executor.
      stored.rdd().localCheckpoint();
    }
    try {
      Jobs.once(stored.rdd());
      List<PackedCounts> partitions =
          IntStream.range(0, world).mapToObj(counts.value()::get).toList();
      requireNoProblem(partitions);
      List<Integer> sizes = PackedCounts.sizes(partitions);
      int inputs = sizes.isEmpty() ? 1 : chain.form().dimensions(sizes).size();
      return new Packed(
          stored,
          sizes,
          DealtData.inPlace(
              spark,
              TaskRows.of(stored.rdd(), (rank, chunks) -> Chunks.read(chunks)),
              partitions.stream().map(PackedCounts::rows).toList(),
              PackedCounts.shape(inputs, partitions)));
    } catch (Exception e) { // Spark throws an undeclared InterruptedException
      unpersist(stored);
      throw e;
    }
  }

  private static void requireNoProblem(List<PackedCounts> partitions) {
    Optional<String> problem =
        partitions.stream().map(PackedCounts::problem).filter(p -> !p.isEmpty()).findFirst();
    if (problem.isPresent()) {
      throw new NotFusedException(problem.get());
    }
  }

  private static void unpersist(JavaRDD<?> stored) {
    Interruption.uninterrupted(stored::unpersist);
  }

  /** Rows that Spark keeps on disk, and the shards that ranks have made of them. */
  private record Packed(JavaRDD<byte[]> stored, List<Integer> sizes, DealtData data) {
    Lease lease(Runnable end) {
      return new Lease(data, sizes, end);
    }

    void free() {
      data.close();
      if (!stored.context().isStopped()) { // a stopped context has freed its rows
        unpersist(stored);
      }
    }
  }

  /** Packs the rows of a partition. */
  private record Packing<T>(
      RowSource<T> source, RowForm form, int classes, MapAccumulator<Integer, PackedCounts> counts)
      implements Function2<Integer, Iterator<T>, Iterator<byte[]>> {
    private static final long serialVersionUID = 1;

    @Override
    public Iterator<byte[]> call(Integer partition, Iterator<T> elements) {
      Nd4jLibrary.require("read data sets");
      return Chunks.of(
          new PackedPieces(
              source.over(elements), form, classes, own -> counts.add(Map.entry(partition, own))));
    }
  }
}
