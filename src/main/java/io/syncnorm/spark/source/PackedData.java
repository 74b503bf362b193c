package io.syncnorm.spark.source;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.TaskRows;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows of a training and a test source, read once by executors, packed, and kept by Spark on
 * their disks. The driver has counts only.
 */
public final class PackedData implements AutoCloseable {
  /** Takes the pieces of the ranks in the tasks that deal them; thread-safe. */
  @FunctionalInterface
  public interface Sink extends Serializable {
    void take(int rank, Piece piece);
  }

  /** Rows of at most this size stay in memory while it is not needed otherwise. */
  private static final long SMALL_BYTES = 64L << 20;

  private final JavaSparkContext spark;
  private final Sources sources;
  private final JavaRDD<byte[]> stored;
  private final Sent<Numbering> numbering;
  private final Survey survey;

  private PackedData(
      JavaSparkContext spark,
      Sources sources,
      JavaRDD<byte[]> stored,
      Collection<Stored.End> ends,
      Numbering numbering) {
    this.spark = spark;
    this.sources = sources;
    this.stored = stored;
    this.survey =
        new Survey(
            sources.format(),
            numbering.counts(Part.TRAINING).toCounts(files(sources, Part.TRAINING, ends)),
            numbering.counts(Part.TEST).toCounts(files(sources, Part.TEST, ends)));
    this.numbering = Sent.of(spark, numbering);
  }

  private static Map<String, String> files(
      Sources sources, Part part, Collection<Stored.End> ends) {
    Part ofSource = sources.partOf(sources.of(part));
    Map<String, String> files = new TreeMap<>();
    ends.stream()
        .filter(end -> end.part() == ofSource)
        .map(Stored.End::files)
        .forEach(files::putAll);
    return files;
  }

  /**
   * Reads all rows once.
   *
   * @throws DataException if training and test rows differ in format, a source has no rows, a file
   *     cannot be read, or a row is invalid: then the first one in the order of the sources
   * @throws java.util.concurrent.CancellationException if the job was cancelled, or this thread is
   *     interrupted
   */
  public static PackedData read(
      JavaSparkContext spark, Source training, Source test, LoadListener listener) {
    return read(spark, Sources.of(training, test), listener);
  }

  /**
   * Reads all rows of a source of training rows, which may have test rows among them, once.
   *
   * @throws DataException as the other method
   * @throws java.util.concurrent.CancellationException as the other method
   */
  public static PackedData read(JavaSparkContext spark, Source both, LoadListener listener) {
    return read(spark, Sources.of(both), listener);
  }

  private static PackedData read(JavaSparkContext spark, Sources sources, LoadListener listener) {
    return LoadFaults.named(
        spark,
        sources.description(),
        () -> {
          try (LoadProgress progress = LoadProgress.of(spark, listener)) {
            return read(spark, sources, progress);
          }
        });
  }

  private static PackedData read(JavaSparkContext spark, Sources sources, LoadProgress progress) {
    MapAccumulator<Integer, Stored.End> ends = MapAccumulator.registered(spark);
    JavaRDD<byte[]> stored = stored(spark, sources, ends, progress);
    try {
      pack(spark, stored, ends);
      requireNoFault(ends.value());
      Numbering numbering =
          Numbering.of(
              ends.value(),
              part -> sources.of(part).limit(),
              (partition, run, rows) ->
                  Surveying.Recount.of(spark, stored, sources.format(), partition, run, rows));
      sources.requireRows(numbering);
      return new PackedData(spark, sources, stored, ends.value().values(), numbering);
    } catch (Throwable e) { // Spark throws checked exceptions without declaring them
      Interruption.uninterrupted(() -> stored.unpersist(false));
      throw e;
    }
  }

  /**
   * Has Spark read the rows and keep them. If an executor is lost, partitions whose counts have
   * arrived are left alone: Spark reads those of the lost executor again when they are needed. The
   * counts of others may be lost although their rows are kept, and are then read from there.
   */
  private static void pack(
      JavaSparkContext spark, JavaRDD<byte[]> stored, MapAccumulator<Integer, Stored.End> ends) {
    RDD<?> counts = TaskRows.of(stored.rdd(), new Surveying.Recall(ends)).rdd();
    AtomicReference<RDD<?>> partitions = new AtomicReference<>(stored.rdd());
    Jobs.repeatable(
        spark,
        () -> {
          Set<Integer> counted = ends.value().keySet();
          int[] missing =
              IntStream.range(0, stored.getNumPartitions())
                  .filter(partition -> !counted.contains(partition))
                  .toArray();
          Jobs.once(partitions.getAndSet(counts), missing);
          return missing.length;
        });
  }

  private static JavaRDD<byte[]> stored(
      JavaSparkContext spark,
      Sources sources,
      MapAccumulator<Integer, Stored.End> ends,
      LoadProgress progress) {
    List<JavaRDD<byte[]>> parts = new ArrayList<>();
    int partitions = 0;
    for (Source source : sources.distinct()) {
      Part part = sources.partOf(source);
      Surveying surveying =
          new Surveying(
              part,
              source.format().isPixels(),
              partitions,
              source.hashes(),
              ends,
              progress.rows(),
              progress.bytes());
      JavaRDD<byte[]> blocks = TaskRows.of(source.blocks(spark).rdd(), surveying);
      partitions += blocks.getNumPartitions();
      parts.add(blocks);
    }
    JavaRDD<byte[]> all = parts.size() == 1 ? parts.get(0) : parts.get(0).union(parts.get(1));
    return all.setName(sources.description()).persist(level(sources));
  }

  private static StorageLevel level(Sources sources) {
    return sources.isAtMost(SMALL_BYTES)
        ? StorageLevel.MEMORY_AND_DISK()
        : StorageLevel.DISK_ONLY();
  }

  private static void requireNoFault(Map<Integer, Stored.End> ends) {
    Optional<Stored.End> first =
        ends.values().stream()
            .filter(end -> end.fault().isPresent())
            .min(Comparator.comparing(Stored.End::faultRun));
    if (first.isPresent()) {
      throw DataException.reported(first.get().faultMessage());
    }
  }

  /**
   * @throws DataException if training and test rows differ in size or kind
   */
  public static void requireSameFormat(Source training, Source test) {
    Sources.of(training, test);
  }

  /** The counts of all rows. */
  public Survey survey() {
    return survey;
  }

  /**
   * The blocks of a part with the numbers of their rows, in any order. Each is read when a task
   * asks for it.
   */
  public JavaRDD<NumberedBlock> numbered(Part part) {
    Numbering known = numbering.value();
    int[] having =
        IntStream.range(0, stored.getNumPartitions())
            .filter(partition -> known.hasRows(partition, part))
            .toArray();
    JavaRDD<NumberedBlock> all = TaskRows.of(stored.rdd(), new Numbered.OfPart(numbering, part));
    return TaskRows.among(all, having);
  }

  /**
   * Deals the rows. They have been moved when this returns.
   *
   * @return pieces, in the partition of the rank that they are dealt to, in any order
   * @throws DataException if Spark had to read rows again, and they have changed
   * @throws java.util.concurrent.CancellationException as {@link #read}
   */
  public JavaRDD<Piece> deal(Deal training, Deal test) {
    return deal(training, test, RowTransform.NONE);
  }

  /** Deals the rows, changed by a transform, as {@link #deal(Deal, Deal)}. */
  public JavaRDD<Piece> deal(Deal training, Deal test, RowTransform transform) {
    if (training.world() != test.world()) {
      throw new IllegalArgumentException(
          "training and test rows must be dealt to as many ranks, found training=%s, test=%s"
              .formatted(training.world(), test.world()));
    }
    return LoadFaults.named(
        spark,
        sources.description(),
        () ->
            BarrierPartitions.shuffled(
                JavaPairRDD.fromJavaRDD(
                    TaskRows.of(stored.rdd(), new Dealer(numbering, training, test, transform))),
                training.world()));
  }

  /**
   * Deals the rows within their tasks, without a shuffle: for local mode, in which all tasks and
   * ranks share one memory. All rows have been dealt when this returns.
   *
   * @param sink called by several tasks at a time
   */
  public void deal(Deal training, Deal test, RowTransform transform, Sink sink) {
    Dealer dealer = new Dealer(numbering, training, test, transform);
    LoadFaults.named(
        spark,
        sources.description(),
        () -> {
          Jobs.run(TaskRows.of(stored.rdd(), new Handing(dealer, sink)).rdd());
          return survey;
        });
  }

  private record Handing(Dealer dealer, Sink sink)
      implements Function2<Integer, Iterator<byte[]>, Iterator<Piece>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Piece> call(Integer partition, Iterator<byte[]> chunks) throws Exception {
      dealer.call(partition, chunks).forEachRemaining(dealt -> sink.take(dealt._1(), dealt._2()));
      return Collections.emptyIterator();
    }
  }

  /** The format of the rows. */
  public RowFormat format() {
    return survey.format();
  }

  /** Frees the rows on all executors. */
  @Override
  public void close() {
    Interruption.uninterrupted(
        () -> {
          numbering.destroy();
          stored.unpersist(true); // or Spark logs the requests that are on their way when it stops
        });
  }
}
