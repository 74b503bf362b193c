package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.SoloCommunicator;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.data.shard.StepPlan;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class RankTrainingTest {
  private final LabelledImages train = Worlds.images(203, 1);
  private final LabelledImages test = Worlds.images(101, 2);

  @ParameterizedTest
  @CsvSource({
    "1, epoch, average, global",
    "3, epoch, average, global",
    "3, 7 steps, keep, global",
    "4, 1 steps, reset, local",
    "8, epoch, reset, global"
  })
  void shouldRepeatBitForBit(int world, String every, String optimizerState, String sync)
      throws Exception {
    Configuration configuration =
        Worlds.configuration(
            "training.epochs=3",
            "training.averaging.every=" + every,
            "training.averaging.optimizer-state=" + optimizerState,
            "model.batch-norm.sync=" + sync);
    Snapshot first = train(configuration, world).snapshot();
    Snapshot second = train(configuration, world).snapshot();
    assertArrayEquals(first.parameters(), second.parameters());
    assertArrayEquals(first.statistics(), second.statistics());
    assertEquals(first.optimizerUpdates(), second.optimizerUpdates());
    assertEquals(sha256(first), sha256(second));
    Snapshot otherSeed =
        train(Worlds.configuration("training.epochs=3", "run.seed=43"), world).snapshot();
    assertFalse(Arrays.equals(first.parameters(), otherSeed.parameters()));
  }

  @ParameterizedTest
  @CsvSource({"1, true", "2, true", "4, true", "2, false"})
  void shouldLearn(int world, boolean batchNorm) throws Exception {
    Worlds.Trained trained =
        train(
            Worlds.configuration(
                "training.epochs=15",
                "training.optimizer.learning-rate=0.01",
                "model.batch-norm.momentum=0.9",
                "model.batch-norm.enabled=" + batchNorm),
            world);
    EpochResult last = trained.epochs().get(14);
    assertTrue(last.testAccuracy() > 0.9, "test accuracy " + last.testAccuracy());
    assertTrue(last.trainLoss() < trained.epochs().get(0).trainLoss());
  }

  @Test
  void shouldSeeEveryRowInEveryEpoch() throws Exception {
    for (int world : new int[] {1, 2, 3, 8}) {
      for (EpochResult epoch : train(Worlds.configuration("training.epochs=2"), world).epochs()) {
        assertEquals(203, epoch.rows(), "world " + world);
      }
    }
  }

  @Test
  void shouldTrainWithMoreRanksThanRows() throws Exception {
    LabelledImages few = Worlds.images(5, 3);
    Worlds.Trained trained =
        Worlds.train(
            Worlds.configuration("training.epochs=2"),
            Sharding.deal(few.rows(), few.rows(), 8, 42, Dealing.SHUFFLED));
    assertEquals(5, trained.epochs().get(1).rows());
  }

  @Test
  void shouldResumeFromASnapshotAsIfNeverInterrupted() throws Exception {
    Configuration four = Worlds.configuration("training.epochs=4");
    Configuration two = Worlds.configuration("training.epochs=2");
    Snapshot whole = train(four, 3).snapshot();
    Snapshot half = train(two, 3).snapshot();
    Worlds.Trained resumed =
        Worlds.train(four, Sharding.deal(train.rows(), test.rows(), 3, 42, Dealing.SHUFFLED), half);
    assertEquals(List.of(3, 4), resumed.epochs().stream().map(EpochResult::epoch).toList());
    assertArrayEquals(whole.parameters(), resumed.snapshot().parameters());
    assertArrayEquals(whole.statistics(), resumed.snapshot().statistics());
  }

  @ParameterizedTest
  @CsvSource({"2, 2, global", "4, 2, global", "4, 2, local", "4, 1, global"})
  void shouldReportTimesThatAddUpToTheEpochOfAHost(int world, int hosts, String sync)
      throws Exception {
    Configuration configuration =
        Worlds.configuration(
            "training.epochs=3",
            "training.batch-size=5000",
            "model.hidden=[64,64]",
            "model.batch-norm.recalibrate=0",
            "model.batch-norm.sync=" + sync);
    LabelledImages many = Worlds.images(40_000, 4);
    List<Shard> shards = Sharding.deal(many.rows(), test.rows(), world, 42, Dealing.SHUFFLED);
    List<RankGroup> blocks =
        IntStream.range(0, hosts)
            .mapToObj(host -> new RankGroup(host * world / hosts, (host + 1) * world / hosts))
            .toList();
    long start = System.nanoTime();
    List<EpochResult.Times> epochs =
        Worlds.train(configuration, shards, blocks).epochs().stream()
            .map(EpochResult::times)
            .toList();
    double wall = 1e-9 * (System.nanoTime() - start);
    for (EpochResult.Times times : epochs) {
      assertTrue(
          times.computeSeconds() > 0 && times.syncSeconds() >= 0 && times.waitSeconds() >= 0,
          times.toString());
      assertTrue(parts(times) <= times.seconds(), times.toString());
    }
    String found = wall + " s, " + epochs;
    double seconds = epochs.stream().mapToDouble(EpochResult.Times::seconds).sum();
    assertTrue(seconds <= wall && seconds >= 0.5 * wall, found);
    assertTrue(epochs.stream().mapToDouble(RankTrainingTest::parts).sum() >= 0.8 * seconds, found);
    if (hosts == 1) {
      double waiting = epochs.stream().mapToDouble(EpochResult.Times::waitSeconds).sum();
      assertTrue(waiting < 0.5 * seconds, found);
    }
  }

  private static double parts(EpochResult.Times times) {
    return times.computeSeconds()
        + times.syncSeconds()
        + times.waitSeconds()
        + times.averageSeconds();
  }

  @Test
  void shouldReportHowLongExchangesTook() throws Exception {
    for (EpochResult epoch : train(Worlds.configuration("training.epochs=2"), 2).epochs()) {
      EpochResult.Exchanges exchanges = epoch.exchanges();
      assertTrue(exchanges.p50Micros() > 0, exchanges.toString());
      assertTrue(exchanges.p99Micros() >= exchanges.p50Micros(), exchanges.toString());
      assertTrue(exchanges.p99Micros() < 1e6 * epoch.times().seconds(), exchanges.toString());
    }
    Configuration local = Worlds.configuration("training.epochs=1", "model.batch-norm.sync=local");
    assertTrue(Double.isNaN(train(local, 2).epochs().get(0).exchanges().p50Micros()));
  }

  @Test
  void shouldStopWhenTheLossIsNotFinite() {
    DivergedException diverged =
        assertThrows(
            DivergedException.class,
            () ->
                train(
                    Worlds.configuration(
                        "training.optimizer.type=sgd",
                        "training.optimizer.learning-rate=1e30",
                        "model.batch-norm.enabled=false"),
                    1));
    assertTrue(diverged.getMessage().contains("epoch=1 step="), diverged.getMessage());
    assertTrue(diverged.getMessage().contains("learning-rate"), diverged.getMessage());
  }

  @Test
  void shouldNoticeADivergenceInTheLastUpdate() {
    DivergedException diverged =
        assertThrows(
            DivergedException.class,
            () ->
                train(
                    Worlds.configuration(
                        "training.epochs=1",
                        "training.batch-size=1000",
                        "training.optimizer.type=sgd",
                        "training.optimizer.learning-rate=1e30",
                        "model.batch-norm.enabled=false"),
                    2));
    assertTrue(diverged.getMessage().contains("epoch=1 step=1"), diverged.getMessage());
  }

  @Test
  void shouldAcceptABatchSizeLargerThanAllRows() throws Exception {
    Configuration configuration =
        Worlds.configuration("training.batch-size=2000000000", "training.epochs=1");
    assertEquals(203, train(configuration, 2).epochs().get(0).rows());
  }

  @Test
  void shouldStopBetweenStepsWhenInterrupted() {
    Configuration configuration = Worlds.configuration();
    Shard shard = Sharding.deal(train.rows(), test.rows(), 1, 42, Dealing.SHUFFLED).get(0);
    RankTraining training =
        new RankTraining(
            configuration,
            shard,
            StepPlan.of(List.of(shard), 4),
            TraineeMaker.CONFIGURED,
            Snapshot.fresh(configuration, Worlds.INPUTS),
            new SoloCommunicator());
    Thread.currentThread().interrupt();
    try {
      CancellationException cancelled =
          assertThrows(
              CancellationException.class, () -> training.run((result, snapshot) -> {}, List.of()));
      assertEquals("cancelled at epoch 1, step 0", cancelled.getMessage());
    } finally {
      assertTrue(Thread.interrupted(), "the interrupt stays set");
    }
  }

  @Test
  void shouldRefuseASnapshotOfAnotherNetwork() {
    Configuration wide = Worlds.configuration("model.hidden=[13]");
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Worlds.train(
                    Worlds.configuration(),
                    Sharding.deal(train.rows(), test.rows(), 1, 42, Dealing.SHUFFLED),
                    Snapshot.fresh(wide, Worlds.INPUTS)));
    assertTrue(refused.getMessage().contains("expected parameters="), refused.getMessage());
  }

  @Test
  void shouldRefuseAStepOfASingleRow() {
    List<Long> globalSingle = List.of(9L, 8L);
    PlanException global =
        assertThrows(
            PlanException.class,
            () ->
                PlanException.requireTrainable(
                    Worlds.configuration(), new StepPlan(globalSingle, 4)));
    assertTrue(global.getMessage().contains("found rows=1"), global.getMessage());
    PlanException.requireTrainable(
        Worlds.configuration("model.batch-norm.enabled=false"), new StepPlan(globalSingle, 4));
    StepPlan localSingle = new StepPlan(List.of(9L, 9L), 4);
    PlanException.requireTrainable(Worlds.configuration(), localSingle);
    assertThrows(
        PlanException.class,
        () ->
            PlanException.requireTrainable(
                Worlds.configuration("model.batch-norm.sync=local"), localSingle));
    StepPlan groupSingle = new StepPlan(List.of(8L, 8L, 9L, 8L), 4);
    PlanException.requireTrainable(
        Worlds.configuration("model.batch-norm.sync=group(4)"),
        new StepPlan(List.of(9L, 9L, 8L, 8L), 4));
    PlanException group =
        assertThrows(
            PlanException.class,
            () ->
                PlanException.requireTrainable(
                    Worlds.configuration("model.batch-norm.sync=group(2)"), groupSingle));
    assertTrue(group.getMessage().contains("(sync = group(2))"), group.getMessage());
  }

  @Test
  void shouldMergeByRowsTrainedOn() throws Exception {
    // One rank has all rows, the other none: the merge must be the first rank's model alone.
    Configuration configuration =
        Worlds.configuration("training.epochs=1", "model.batch-norm.enabled=false");
    int[] all = IntStream.range(0, train.count()).toArray();
    Shard full = Worlds.shard(0, 1, train, all, test.rows());
    Shard first = Worlds.shard(0, 2, train, all, test.rows());
    Shard empty = Worlds.shard(1, 2, train, new int[0], test.rows());
    Snapshot alone = Worlds.train(configuration, List.of(full)).snapshot();
    Snapshot merged = Worlds.train(configuration, List.of(first, empty)).snapshot();
    assertArrayEquals(alone.parameters(), merged.parameters());
  }

  private static String sha256(Snapshot snapshot) throws Exception {
    ByteBuffer bytes = ByteBuffer.allocate(snapshot.parameters().length * Float.BYTES);
    bytes.asFloatBuffer().put(snapshot.parameters());
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
  }

  private Worlds.Trained train(Configuration configuration, int world) throws Exception {
    return Worlds.train(
        configuration,
        Sharding.deal(
            train.rows(), test.rows(), world, configuration.get(Keys.SEED), Dealing.SHUFFLED));
  }
}
