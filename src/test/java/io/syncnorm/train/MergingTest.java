package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.Vectors;
import io.syncnorm.nn.network.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways to merge models, each against a simpler computation that it must equal. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MergingTest {
  /** Relative, over all parameters, after 50 steps; float rounding alone causes about 1e-6. */
  private static final double TOLERANCE = 1e-5;

  private static final int STEPS = 50;
  private static final int GLOBAL_BATCH = 16;
  private static final String GRADIENTS = "training.averaging.merge=gradients";

  private final LabelledImages train = Worlds.images(203, 1);
  private final LabelledImages test = Worlds.images(101, 2);

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void shouldEqualOneRankWithTheGlobalBatchWithAdam(int world) throws Exception {
    LabelledImages images = Worlds.images(STEPS * GLOBAL_BATCH, 5);
    Worlds.Trained one = theorem(images, 1);
    Worlds.Trained many = theorem(images, world);
    assertClose(one.snapshot().parameters(), many.snapshot().parameters());
    assertClose(one.snapshot().statistics(), many.snapshot().statistics());
    for (int slot = 0; slot < 2; slot++) {
      assertClose(
          one.snapshot().optimizerSlots().get(slot), many.snapshot().optimizerSlots().get(slot));
    }
    assertEquals(STEPS, many.snapshot().optimizerUpdates());
    Snapshot fresh = Snapshot.fresh(Worlds.configuration(), Worlds.INPUTS);
    assertTrue(
        Vectors.distance(fresh.parameters(), one.snapshot().parameters()) > 0.05, "it trains");
  }

  @Test
  void shouldDifferFromOneRankWhenParametersAreAveragedInstead() throws Exception {
    LabelledImages images = Worlds.images(STEPS * GLOBAL_BATCH, 5);
    Snapshot one = theorem(images, 1).snapshot();
    Snapshot averaged =
        theorem(images, 4, "training.averaging.merge=parameters", "training.averaging.every=step")
            .snapshot();
    double difference = Vectors.distance(one.parameters(), averaged.parameters());
    assertTrue(difference > 1e-2, "otherwise the theorem proves nothing: " + difference);
  }

  @Test
  void shouldFollowTheGradientOfRanksThatHaveRows() throws Exception {
    int[] all = IntStream.range(0, train.count()).toArray();
    Rows rows = test.rows();
    List<Shard> alone = List.of(Worlds.shard(0, 1, train, all, rows));
    List<Shard> beside =
        List.of(
            Worlds.shard(0, 3, train, new int[0], rows),
            Worlds.shard(1, 3, train, all, rows),
            Worlds.shard(2, 3, train, new int[0], rows));
    String[] settings = {GRADIENTS, "training.shuffle=once", "training.epochs=2"};
    Snapshot expected = Worlds.train(Worlds.configuration(settings), alone).snapshot();
    Snapshot found = Worlds.train(Worlds.configuration(settings), beside).snapshot();
    assertSame(expected, found);
  }

  @Test
  void shouldKeepTheModelWhenAllWeightsAreZero() throws Exception {
    Rows rows =
        new Rows(Worlds.INPUTS, new Features.Floats(new float[8 * Worlds.INPUTS]), new int[8])
            .withWeights(new float[8]);
    Configuration configuration = Worlds.configuration(GRADIENTS, "training.epochs=1");
    RowStore store = RowStore.of(rows);
    List<Shard> shards = List.of(new Shard(0, 2, store, store), new Shard(1, 2, store, store));
    Snapshot trained = Worlds.train(configuration, shards).snapshot();
    assertArrayEquals(
        Snapshot.fresh(configuration, Worlds.INPUTS).parameters(), trained.parameters());
    assertEquals(0, trained.optimizerUpdates());
  }

  @ParameterizedTest
  @CsvSource({
    "training.averaging.every=3 steps",
    "training.averaging.optimizer-state=keep",
    "training.averaging.optimizer-state=reset",
    "training.averaging.outer.type=nesterov",
    "training.averaging.local-after-epoch=1"
  })
  void shouldIgnoreSettingsOfMergesWhenGradientsAreAveraged(String setting) throws Exception {
    assertSame(
        train(3, GRADIENTS, "training.epochs=2").snapshot(),
        train(3, GRADIENTS, "training.epochs=2", setting).snapshot());
  }

  @ParameterizedTest
  @CsvSource({"1, local", "4, global", "7, global", "4096, global"})
  void shouldBeBitIdenticalToLocalOrGlobalWithGroupsOfOneOrOfAll(int size, String sync)
      throws Exception {
    for (String merge : List.of(GRADIENTS, "training.averaging.every=7 steps")) {
      Worlds.Trained group =
          train(4, String.format(Locale.ROOT, "model.batch-norm.sync=group(%d)", size), merge);
      Worlds.Trained named = train(4, "model.batch-norm.sync=" + sync, merge);
      assertSame(named.snapshot(), group.snapshot());
      assertEquals(named.epochs().get(0).testLoss(), group.epochs().get(0).testLoss());
    }
  }

  /** A group of two ranks equals one rank with the batch of both. */
  @Test
  void shouldNormalizeWithinGroupsLikeOneRankOfTheGroupsBatch() throws Exception {
    LabelledImages images = Worlds.images(5 * 40, 9);
    Rows rows = test.rows();
    List<Shard> ranks = new ArrayList<>();
    List<Shard> groups = new ArrayList<>();
    for (int rank = 0; rank < 5; rank++) { // the last group has a single rank
      int first = rank;
      ranks.add(Worlds.shard(rank, 5, images, every(5, r -> r == first), rows));
      if (rank % 2 == 0) {
        groups.add(
            Worlds.shard(rank / 2, 3, images, every(5, r -> r == first || r == first + 1), rows));
      }
    }
    // The single rank runs out after half as many steps if groups use twice its batch.
    String[] settings = {GRADIENTS, "training.shuffle=once", "training.epochs=1"};
    Configuration grouped = Worlds.configuration(with(settings, "model.batch-norm.sync=group(2)"));
    Configuration local =
        Worlds.configuration(
            with(settings, "model.batch-norm.sync=local", "training.batch-size=8"));
    List<Shard> evenRanks = ranks.subList(0, 4).stream().map(s -> of(s, 4)).toList();
    List<Shard> evenGroups = groups.subList(0, 2).stream().map(s -> of(s, 2)).toList();
    Snapshot expected = Worlds.train(local, evenGroups).snapshot();
    Snapshot found = Worlds.train(grouped, evenRanks).snapshot();
    assertClose(expected.parameters(), found.parameters());
    assertClose(expected.statistics(), found.statistics());
    // Uneven groups have no such oracle, but must agree internally, which merging checks.
    Worlds.train(grouped, ranks);
  }

  @Test
  void shouldDifferFromLocalAndGlobalWithGroupsBetweenThem() throws Exception {
    float[] group = train(4, "model.batch-norm.sync=group(2)").snapshot().parameters();
    for (String other : List.of("local", "global")) {
      float[] parameters = train(4, "model.batch-norm.sync=" + other).snapshot().parameters();
      assertFalse(Arrays.equals(group, parameters), other);
    }
  }

  /**
   * After every step of plain SGD the difference is a scaled gradient, so this is ordinary
   * momentum.
   */
  @ParameterizedTest
  @CsvSource({"momentum, 1", "momentum, 2", "nesterov, 1", "nesterov, 3"})
  void shouldBeSgdWithMomentumWhenMergedAfterEveryStep(String type, int world) throws Exception {
    LabelledImages images = Worlds.images(240, 11);
    Configuration configuration =
        Worlds.configuration(
            "training.averaging.outer.type=" + type,
            "training.averaging.outer.learning-rate=0.5",
            "training.averaging.outer.momentum=0.8",
            "training.averaging.every=step",
            "training.optimizer.type=sgd",
            "training.optimizer.learning-rate=0.1",
            "training.shuffle=once",
            "training.epochs=1",
            "training.batch-size=" + 12 / world);
    Snapshot found =
        Worlds.train(
                configuration,
                Sharding.deal(images.rows(), images.rows(), world, 42, Dealing.SHUFFLED))
            .snapshot();
    float[] expected = momentumSgd(configuration, images, type.equals("nesterov"));
    assertClose(expected, found.parameters());
    assertEquals(found.parameters().length, found.outerVelocity().length);
  }

  @Test
  void shouldKeepTheAverageWithLearningRateOneAndNoMomentum() throws Exception {
    Snapshot none = train(3, "training.epochs=2").snapshot();
    for (String type : List.of("momentum", "nesterov")) {
      Snapshot outer =
          train(
                  3,
                  "training.epochs=2",
                  "training.averaging.outer.type=" + type,
                  "training.averaging.outer.momentum=0")
              .snapshot();
      assertClose(none.parameters(), outer.parameters());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.averaging.outer.type=nesterov",
        GRADIENTS,
        "training.averaging.local-after-epoch=3",
        "training.averaging.local-after-epoch=1",
        "model.batch-norm.sync=group(2)",
        "model.batch-norm.recalibrate=50"
      })
  void shouldResumeFromASnapshotAsIfNeverInterrupted(String setting) throws Exception {
    String[] settings = {setting, "training.averaging.outer.type=momentum"};
    Snapshot whole = train(3, with(settings, "training.epochs=4")).snapshot();
    Snapshot half = train(3, with(settings, "training.epochs=2")).snapshot();
    Configuration four = Worlds.configuration(with(settings, "training.epochs=4"));
    assertSame(whole, Worlds.train(four, shards(3), half).snapshot());
  }

  @Test
  void shouldAverageGradientsUpToAnEpochAndTrainLocallyAfterwards() throws Exception {
    Worlds.Trained postLocal =
        train(3, "training.epochs=4", "training.averaging.local-after-epoch=2");
    Worlds.Trained first = train(3, "training.epochs=2", GRADIENTS);
    Configuration local = Worlds.configuration("training.epochs=4");
    Worlds.Trained rest = Worlds.train(local, shards(3), first.snapshot());
    assertSame(rest.snapshot(), postLocal.snapshot());
    for (int epoch = 0; epoch < 4; epoch++) {
      EpochResult expected = epoch < 2 ? first.epochs().get(epoch) : rest.epochs().get(epoch - 2);
      assertEquals(expected.trainLoss(), postLocal.epochs().get(epoch).trainLoss());
      assertEquals(expected.testLoss(), postLocal.epochs().get(epoch).testLoss());
    }
  }

  private static Worlds.Trained theorem(LabelledImages images, int world, String... more)
      throws Exception {
    String[] settings = {
      GRADIENTS,
      "training.shuffle=once",
      "training.epochs=1",
      "training.optimizer.learning-rate=0.01",
      "training.batch-size=" + GLOBAL_BATCH / world
    };
    Configuration configuration = Worlds.configuration(with(settings, more));
    return Worlds.train(
        configuration, Sharding.deal(images.rows(), images.rows(), world, 42, Dealing.SHUFFLED));
  }

  /** The oracle: momentum in double, over the batches of one rank. */
  private static float[] momentumSgd(
      Configuration configuration, LabelledImages images, boolean looksAhead) {
    RowStore rows =
        Sharding.deal(images.rows(), images.rows(), 1, 42, Dealing.SHUFFLED).get(0).training();
    NetworkState state = Snapshot.fresh(configuration, Worlds.INPUTS).state();
    var architecture = Blueprint.architecture(configuration, Worlds.INPUTS);
    Network network = new Network(architecture, 12, RankReduction.NONE);
    MiniBatches batches = MiniBatches.inOrder(rows, 12);
    batches.startEpoch(1);
    MiniBatch batch = new MiniBatch(batches.features(), batches.labels(), batches.weights());
    float[] gradient = new float[state.parameters().length];
    double[] velocity = new double[gradient.length];
    for (int count = batches.next(); count > 0; count = batches.next()) {
      batch.show(batches.features(), batches.featuresAt(), count);
      network.forward(state, batch);
      network.backward(state, batch, gradient);
      for (int i = 0; i < gradient.length; i++) {
        double delta = -0.1 * gradient[i] / count;
        velocity[i] = 0.8 * velocity[i] + delta;
        double move = looksAhead ? 0.8 * velocity[i] + delta : velocity[i];
        state.parameters()[i] += (float) (0.5 * move);
      }
    }
    return state.parameters();
  }

  private static int[] every(int world, java.util.function.IntPredicate isOwn) {
    return IntStream.range(0, 200).filter(row -> isOwn.test(row % world)).toArray();
  }

  private static Shard of(Shard shard, int world) {
    return new Shard(shard.rank(), world, shard.training(), shard.test());
  }

  private List<Shard> shards(int world) {
    return Sharding.deal(train.rows(), test.rows(), world, 42, Dealing.SHUFFLED);
  }

  private Worlds.Trained train(int world, String... settings) throws Exception {
    return Worlds.train(
        Worlds.configuration(with(new String[] {"training.epochs=1"}, settings)), shards(world));
  }

  private static String[] with(String[] settings, String... more) {
    List<String> all = new ArrayList<>(Arrays.asList(settings));
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  private static void assertSame(Snapshot expected, Snapshot found) {
    assertArrayEquals(expected.parameters(), found.parameters());
    assertArrayEquals(expected.statistics(), found.statistics());
    assertEquals(expected.optimizerUpdates(), found.optimizerUpdates());
    for (int slot = 0; slot < expected.optimizerSlots().size(); slot++) {
      assertArrayEquals(expected.optimizerSlots().get(slot), found.optimizerSlots().get(slot));
    }
  }

  private static void assertClose(float[] expected, float[] found) {
    double relative = Vectors.distance(expected, found);
    assertTrue(relative <= TOLERANCE, "relative difference: " + relative);
  }
}
