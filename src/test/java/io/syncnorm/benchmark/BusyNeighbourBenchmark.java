package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.Worlds;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Prints how long an epoch of the main job takes while another process keeps one core busy,
 * compared with a quiet machine. Quiet and busy epochs alternate, because the speed of a machine
 * drifts.
 */
public final class BusyNeighbourBenchmark {
  private static final int RANKS = 2;
  private static final int ROUNDS = 5;
  private static final int EPOCHS = 4;
  private static final int WARM_UP_ROUNDS = 2;

  private final Configuration configuration =
      ConfigLoader.load(List.of(), List.of("training.epochs=" + EPOCHS)).with(Keys.CLASSES, 10);
  private final List<Shard> shards;
  private final Snapshot start;

  private BusyNeighbourBenchmark() {
    LabelledImages train = read(Keys.TRAIN_IMAGES.byDefault(), Keys.TRAIN_LABELS.byDefault());
    LabelledImages test = read(Keys.TEST_IMAGES.byDefault(), Keys.TEST_LABELS.byDefault());
    shards = Sharding.deal(train.rows(), test.rows(), RANKS, 42, Dealing.SHUFFLED);
    start = Snapshot.fresh(configuration, train.rowLength());
  }

  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    new BusyNeighbourBenchmark().print();
  }

  private void print() throws Exception {
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      epochs();
    }
    List<Double> quiet = new ArrayList<>();
    List<Double> busy = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      quiet.addAll(epochs());
      Process neighbour =
          new ProcessBuilder(Lifeline.tied(List.of("sh", "-c", "while :; do :; done"))).start();
      try {
        busy.addAll(epochs());
      } finally {
        neighbour.destroyForcibly().waitFor();
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d ranks, %d cores: %.3f s an epoch, beside a busy process %.3f s: %.2f times%n",
        RANKS,
        Runtime.getRuntime().availableProcessors(),
        median(quiet),
        median(busy),
        median(busy) / median(quiet));
  }

  private List<Double> epochs() throws Exception {
    return Worlds.train(configuration, shards, start).epochs().stream()
        .map(EpochResult::times)
        .map(EpochResult.Times::seconds)
        .toList();
  }

  private static LabelledImages read(String images, String labels) {
    return IdxReader.read(
        images, labels, 10, Integer.MAX_VALUE, new org.apache.hadoop.conf.Configuration());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
