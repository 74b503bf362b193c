package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.Worlds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Prints the test accuracy of the main experiment's network on MNIST, trained with a full shuffle
 * in each epoch and with windows that are a small part of the shard. Both trainings of a pair have
 * the same seed, and so the same deal and the same initial parameters.
 */
public final class ShuffleStudy {
  private static final int WORLD = 2;
  private static final int EPOCHS = 5;
  private static final int SEEDS = 10;

  /** 64 KB of packed images, with label, weight and position. */
  private static final int BLOCK_ROWS = 82;

  private static final int WINDOW_BLOCKS = 8;

  private final Rows training =
      images(Keys.TRAIN_IMAGES.byDefault(), Keys.TRAIN_LABELS.byDefault());
  private final Rows sorted = sorted(training);
  private final List<Rows> test =
      Sharding.deal(
          images(Keys.TEST_IMAGES.byDefault(), Keys.TEST_LABELS.byDefault()),
          WORLD,
          0,
          Dealing.IN_ORDER);

  private ShuffleStudy() {}

  public static void main(String[] arguments) throws Exception {
    Lifeline.tieToParent();
    new ShuffleStudy().run();
  }

  private void run() throws Exception {
    System.out.printf(
        Locale.ROOT,
        "%d ranks, %d epochs, %d seeds; a window has %d blocks of %d rows: %.1f %% of a shard%n",
        WORLD,
        EPOCHS,
        SEEDS,
        WINDOW_BLOCKS,
        BLOCK_ROWS,
        100.0 * WINDOW_BLOCKS * BLOCK_ROWS * WORLD / training.count());
    System.out.println(
        "test accuracy in %, mean and standard deviation; difference and its standard error");
    compare("source in its order, data.partition = shuffled", training, Dealing.SHUFFLED);
    compare("source sorted by label, data.partition = shuffled", sorted, Dealing.SHUFFLED);
    compare("source in its order, data.partition = by-label", training, Dealing.BY_LABEL);
    compare("source sorted by label, dealt in order", sorted, Dealing.IN_ORDER);
  }

  private void compare(String name, Rows rows, Dealing dealing) throws Exception {
    double[] full = new double[SEEDS];
    double[] windowed = new double[SEEDS];
    double[] differences = new double[SEEDS];
    for (int seed = 0; seed < SEEDS; seed++) {
      List<Rows> dealt = Sharding.deal(rows, WORLD, seed, dealing);
      full[seed] = accuracy(seed, dealt.stream().map(RowStore::of).toList());
      windowed[seed] =
          accuracy(
              seed,
              dealt.stream()
                  .map(shard -> Sharding.windowed(shard, BLOCK_ROWS, WINDOW_BLOCKS))
                  .toList());
      differences[seed] = windowed[seed] - full[seed];
    }
    System.out.printf(
        Locale.ROOT,
        "%-50s full shuffle %.2f (%.2f)  windows %.2f (%.2f)  difference %+.2f (%.2f)%n",
        name,
        mean(full),
        deviation(full),
        mean(windowed),
        deviation(windowed),
        mean(differences),
        deviation(differences) / Math.sqrt(SEEDS));
  }

  /** Test accuracy in % after the last epoch. */
  private double accuracy(int seed, List<RowStore> stores) throws Exception {
    Configuration configuration =
        ConfigLoader.load(List.of(), List.of("training.epochs=" + EPOCHS, "run.seed=" + seed))
            .with(Keys.CLASSES, 10);
    List<Shard> shards = new ArrayList<>();
    for (int rank = 0; rank < WORLD; rank++) {
      shards.add(new Shard(rank, WORLD, stores.get(rank), RowStore.of(test.get(rank))));
    }
    List<EpochResult> epochs =
        Worlds.train(configuration, shards, Snapshot.fresh(configuration, training.rowLength()))
            .epochs();
    return 100 * epochs.get(EPOCHS - 1).testAccuracy();
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).average().orElseThrow();
  }

  private static double deviation(double[] values) {
    double mean = mean(values);
    double squares = DoubleStream.of(values).map(value -> (value - mean) * (value - mean)).sum();
    return Math.sqrt(squares / (values.length - 1));
  }

  private static Rows sorted(Rows rows) {
    return rows.pick(
        IntStream.range(0, rows.count())
            .boxed()
            .sorted(Comparator.comparing(rows::label))
            .mapToInt(row -> row)
            .toArray());
  }

  private static Rows images(String images, String labels) {
    return IdxReader.read(
            images, labels, 10, Integer.MAX_VALUE, new org.apache.hadoop.conf.Configuration())
        .rows();
  }
}
