package io.syncnorm.spark.shard;

import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Shape;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.RowTransform;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Packed rows, dealt to ranks. The ranks of the first training load their shards from the shuffle;
 * the next trainings find them in the executors' memory. Close it after the last training.
 */
public final class DealtData implements AutoCloseable {
  private final JavaSparkContext spark;
  private final RankRows<Piece> rows;

  /** This process' shards, which live as long as this object. */
  private final ShardCache own;

  private final List<Long> rowsPerRank;
  private final ShardLoading loading;

  private DealtData(
      JavaSparkContext spark,
      RankRows<Piece> rows,
      ShardCache own,
      List<Long> rowsPerRank,
      ShardLoading loading) {
    this.spark = spark;
    this.rows = rows;
    this.own = own;
    this.rowsPerRank = rowsPerRank;
    this.loading = loading;
  }

  /**
   * Deals rows; test rows are dealt in order.
   *
   * @param transform applied to each block before it is dealt
   * @param memory bytes of rows that this process keeps in memory, if its tasks are the ranks
   */
  public static DealtData deal(
      JavaSparkContext spark,
      PackedData data,
      Dealing dealing,
      int world,
      long seed,
      RowTransform transform,
      long memory) {
    return deal(
        spark,
        data,
        dealing.deal(data.survey().training().rowsByLabel(), world, seed),
        Dealing.IN_ORDER.deal(data.survey().test().rowsByLabel(), world, seed),
        transform,
        memory);
  }

  /**
   * Deals rows as {@link #deal(JavaSparkContext, PackedData, Dealing, int, long, RowTransform,
   * long)} by two deals of the same world.
   */
  public static DealtData deal(
      JavaSparkContext spark,
      PackedData data,
      Deal training,
      Deal test,
      RowTransform transform,
      long memory) {
    List<Long> rowsPerRank = rows(training);
    ShardCache own = ShardCache.create();
    ShardLoading loading =
        ShardLoading.of(
            spark,
            own,
            transform.shape(data.survey().shape(Part.TRAINING)),
            rowsPerRank,
            transform.shape(data.survey().shape(Part.TEST)),
            rows(test));
    try {
      RankRows<Piece> rows;
      if (spark.isLocal()) {
        loading.loadAll(data, training, test, transform, memory);
        rows = RankRows.none(training.world());
      } else {
        rows = RankRows.shuffled(data.deal(training, test, transform));
      }
      return new DealtData(spark, rows, own, rowsPerRank, loading);
    } catch (RuntimeException | Error e) {
      own.close();
      Interruption.uninterrupted(loading::destroy);
      throw e;
    }
  }

  private static List<Long> rows(Deal deal) {
    return IntStream.range(0, deal.world()).mapToObj(deal::rows).toList();
  }

  /**
   * Training rows that are in the partitions of their ranks already; there are no test rows.
   *
   * @param pieces read again by a rank that starts without its shard
   * @param rowsPerRank number of rows in each partition
   * @param shape shape of each rank's rows, but for their number
   */
  public static DealtData inPlace(
      JavaSparkContext spark, JavaRDD<Piece> pieces, List<Long> rowsPerRank, Shape shape) {
    List<Long> none = Collections.nCopies(rowsPerRank.size(), 0L);
    ShardCache own = ShardCache.create();
    ShardLoading loading = ShardLoading.of(spark, own, shape, rowsPerRank, shape, none);
    return new DealtData(spark, RankRows.inPlace(pieces), own, rowsPerRank, loading);
  }

  /** Number of ranks. */
  public int world() {
    return rowsPerRank.size();
  }

  /** The steps of an epoch. */
  public StepPlan plan(int batchSize) {
    return new StepPlan(rowsPerRank, batchSize);
  }

  /** Features of a row. */
  public int inputs() {
    return loading.inputs();
  }

  /**
   * Values of a row in a mini-batch: its features, or of sparse rows the average number of values
   * other than 0.
   */
  int batchValues() {
    return loading.batchValues();
  }

  /** The rows of each rank. */
  public RankRows<Piece> rows() {
    return rows;
  }

  /** How a rank loads its shard. */
  public ShardLoading loading() {
    return loading;
  }

  /** Frees the shards, and the files of the shuffle; those of a stopped context are gone. */
  @Override
  public void close() {
    own.close();
    if (!spark.sc().isStopped()) {
      rows.free();
      Interruption.uninterrupted(loading::destroy);
    }
  }
}
