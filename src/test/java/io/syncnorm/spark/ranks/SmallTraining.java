package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.spark.RankRows;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import io.syncnorm.train.state.Position;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

/** A training of six ranks on a few rows, which are on every executor. */
final class SmallTraining implements RankData<Integer> {
  static final int WORLD = 6;
  private static final int ROWS = 16_000;
  private static final int INPUTS = 4;
  private static final int CLASSES = 3;

  /** Static, because tasks get copies of other objects. */
  private static final List<Shard> SHARDS =
      Sharding.deal(rows(ROWS, 1), rows(50, 2), WORLD, 42, Dealing.SHUFFLED);

  private final Configuration configuration;
  private final List<Position> inside = new CopyOnWriteArrayList<>();
  private volatile int hosts;
  private volatile Ended ended;

  /** The model and the losses at the end of an epoch. */
  record Ended(Snapshot model, List<Double> losses) {
    int epochs() {
      return model.epoch();
    }

    /** Asserts that both trainings have the same bits. */
    static void assertSame(Ended expected, Ended found) throws IOException {
      assertArrayEquals(encoded(expected.model), encoded(found.model));
      assertEquals(expected.losses, found.losses);
    }

    private static byte[] encoded(Snapshot snapshot) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      snapshot.writeTo(new DataOutputStream(bytes));
      return bytes.toByteArray();
    }
  }

  /**
   * @param settings beside those of the model and the world
   */
  SmallTraining(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.classes=" + CLASSES,
                "model.hidden=[4]",
                "training.world=" + WORLD,
                "training.batch-size=1"));
    all.addAll(List.of(settings));
    this.configuration = ConfigLoader.load(List.of(), all);
  }

  Configuration configuration() {
    return configuration;
  }

  /** The training from its beginning. */
  TrainingWork<Integer> work() {
    Snapshot fresh = Snapshot.fresh(configuration, INPUTS);
    TrainingWork<Integer> work =
        new TrainingWork<>(
            "test",
            this,
            new TrainingWork.Shape(configuration, 1, EpochReport.maxEncodedLength(fresh, 1)));
    work.resume(Progress.from(fresh));
    return work;
  }

  /** Where models were stored inside an epoch. */
  List<Position> inside() {
    return List.copyOf(inside);
  }

  /** Whether the ranks are on so many hosts, and have made a step there. */
  boolean isOn(int number) {
    return hosts == number;
  }

  /** The last epoch that has ended; null if none has. */
  Ended ended() {
    return ended;
  }

  @Override
  public RankRows<Integer> rows() {
    return RankRows.none(WORLD);
  }

  @Override
  public RankOpener<Integer> opener() {
    return new Opener(configuration);
  }

  @Override
  public void hosts(HostsEvent event) {
    hosts = event.hosts();
  }

  @Override
  public void finished(List<EpochResult> results, Progress progress) {
    Position position = progress.latest().position();
    if (position.isInsideEpoch()) {
      inside.add(position);
    } else {
      assertEquals(progress.latest().epoch(), progress.history().size());
      ended =
          new Ended(
              progress.latest(), progress.history().stream().map(EpochResult::trainLoss).toList());
    }
  }

  private record Opener(Configuration configuration) implements RankOpener<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public Optional<RankTraining> open(
        Membership membership, Iterator<Integer> rows, Optional<Start> start) {
      Communicator ranks = membership.communicator();
      Snapshot from = start.orElseThrow().of(ranks.rank());
      ranks.awaitLoaded(configuration.get(Keys.LOAD_TIMEOUT));
      return Optional.of(
          new RankTraining(
              configuration,
              SHARDS.get(ranks.rank()),
              StepPlan.of(SHARDS, configuration.get(Keys.BATCH_SIZE)),
              TraineeMaker.CONFIGURED,
              from,
              ranks));
    }
  }

  private static Rows rows(int count, long seed) {
    Random random = new Random(seed);
    float[] features = new float[count * INPUTS];
    int[] labels = new int[count];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
    return new Rows(INPUTS, new Features.Floats(features), labels);
  }
}
