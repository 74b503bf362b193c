package io.syncnorm.spark.shard;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Shape;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.shard.Budget;
import io.syncnorm.data.shard.RowOrder;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.RowTransform;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * How a rank loads its shard from its pieces. Serialized to the executors.
 *
 * @param training shape of each rank's training rows, but for their number
 * @param trainingRows number of each rank's training rows, in rank order
 * @param test shape of each rank's test rows, but for their number
 * @param testRows number of each rank's test rows, in rank order
 * @param ranksAtOnce the most ranks of one training in a process
 */
public record ShardLoading(
    Sent<ShardCache> cache,
    Shape training,
    List<Long> trainingRows,
    Shape test,
    List<Long> testRows,
    int ranksAtOnce)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int BYTES_OF_NONZERO = Integer.BYTES + Float.BYTES;

  /** The budget of this process, by its size, which runs may configure differently. */
  private static final Map<Long, Budget> BUDGETS = new ConcurrentHashMap<>();

  static ShardLoading of(
      JavaSparkContext spark,
      ShardCache cache,
      Shape training,
      List<Long> trainingRows,
      Shape test,
      List<Long> testRows) {
    int ranksAtOnce = TaskSlots.ranksPerProcess(spark, trainingRows.size());
    return new ShardLoading(
        Sent.of(spark, cache), training, trainingRows, test, testRows, ranksAtOnce);
  }

  int inputs() {
    return training.rowLength();
  }

  int batchValues() {
    return training.kind() == Shape.Kind.SPARSE
        ? (int) Math.max(1, training.averageBytes() / BYTES_OF_NONZERO)
        : training.rowLength();
  }

  /**
   * Returns the shard of a rank: the one that this process has, or one made of the pieces, which
   * are read only then.
   *
   * @param configuration says how many bytes of rows the ranks of this process keep in memory
   */
  public Shard load(int rank, Iterator<Piece> pieces, Configuration configuration) {
    Shard known = cache.value().get(rank);
    long memory = configuration.rowMemory(Runtime.getRuntime().maxMemory());
    return known == null ? cache.value().keep(loaded(rank, pieces, memory)) : known;
  }

  private Shard loaded(int rank, Iterator<Piece> pieces, long memory) {
    try (ShardBuilding building = building(rank, memory)) {
      pieces.forEachRemaining(building::add);
      return building.finish();
    }
  }

  /**
   * Loads the shards of all ranks into this process: in local mode the tasks that deal rows put
   * them at their places. A shuffle would write them to disk first, and read them again.
   */
  void loadAll(
      PackedData data, Deal trainingDeal, Deal testDeal, RowTransform transform, long memory) {
    List<ShardBuilding> ranks =
        IntStream.range(0, trainingRows.size()).mapToObj(rank -> building(rank, memory)).toList();
    long number = ShardSink.open(ranks);
    try {
      data.deal(trainingDeal, testDeal, transform, new ShardSink(number));
      ranks.forEach(building -> cache.value().keep(building.finish()));
    } finally {
      ShardSink.close(number);
      ranks.forEach(ShardBuilding::close);
    }
  }

  private ShardBuilding building(int rank, long memory) {
    Budget share = BUDGETS.computeIfAbsent(memory, Budget::new).share(ranksAtOnce);
    Shape training = this.training.withRows(trainingRows.get(rank));
    Shape test = this.test.withRows(testRows.get(rank));
    long least = RowStore.leastBytes(test, RowOrder.FIXED);
    boolean isSetAside = share.tryReserve(least); // training rows would take everything
    RowStore.Builder ofTraining = builder(training, RowOrder.RESHUFFLED_EACH_EPOCH, share, rank);
    share.release(isSetAside ? least : 0);
    RowStore.Builder ofTest = builder(test, RowOrder.FIXED, share, rank);
    return new ShardBuilding(rank, trainingRows.size(), ofTraining, ofTest);
  }

  private static RowStore.Builder builder(Shape shape, RowOrder order, Budget budget, int rank) {
    return RowStore.builder(shape, order, budget, () -> folder(rank));
  }

  /** One of Spark's local folders of this process; Spark deletes them at its end. */
  private static Path folder(int rank) {
    java.io.File[] folders = SparkEnv.get().blockManager().diskBlockManager().localDirs();
    return folders[rank % folders.length].toPath();
  }

  /** Frees the shards on executors, which drop the broadcast. */
  void destroy() {
    cache.destroy();
  }
}
