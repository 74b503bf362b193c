package io.syncnorm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plans against sums computed by hand. */
@Timeout(60)
class ScalingPlanTest {
  private static final double ROUNDING = 1e-12;

  /** A step of 0.712 ms with 128 rows. */
  private static final StepCost COST = new StepCost(0.2e-3, 4e-6, 0);

  /** Round numbers: 1 ms for a message, and 1 ms for each byte. */
  private static final LinkCost SLOW = new LinkCost(1e-3, 0, 1000);

  /** Header and payload of the two exchanges of {@link #TINY}: 1 + 2 * 4 and 2 * 4 doubles. */
  private static final long TINY_BYTES = (24 + 9 * 8) + (24 + 8 * 8);

  /**
   * Four units behind three inputs, before two classes: {@code 3 * 4} weights, gamma and beta, and
   * {@code 4 * 2 + 2} of the output.
   */
  private static final String TINY = "model.hidden=[4]";

  private static final long TINY_PARAMETERS = 12 + 8 + 10;

  private static Configuration configuration(String... settings) {
    return ConfigLoader.load(List.of(), List.of(settings));
  }

  /** Plans for rows of three inputs and two classes. */
  private static PlanResult.World tiny(Cluster cluster, long rows, int world, String... settings) {
    Configuration configuration =
        configuration(settings).with(Keys.HIDDEN, List.of(4)).with(Keys.CLASSES, 2);
    Shape shape = Shape.dense(3, Shape.Kind.FLOATS, false, rows);
    return new ScalingPlan(configuration, shape, cluster, measured(COST)).world(world);
  }

  /** On a machine of one core, on which ranks compute in turns. */
  private static MeasuredSteps measured(StepCost cost) {
    StepCost ofTwo =
        new StepCost(2 * cost.secondsPerStep(), 2 * cost.secondsPerRow(), 2 * cost.mergeSeconds());
    return new MeasuredSteps(
        "this machine",
        1,
        List.of(
            new MeasuredSteps.Step(new Crowd(1, 1), cost),
            new MeasuredSteps.Step(new Crowd(2, 2), ofTwo)));
  }

  private static Cluster executorsOf(int ranks) {
    return new Cluster(ranks, 1, ranks, SLOW);
  }

  @Test
  void shouldAddUpTheRoundsOf256Executors() {
    LinkCost network = LinkCost.TYPICAL; // 30 us, 10 Gb/s
    Configuration configuration = configuration().with(Keys.CLASSES, 10);
    Shape shape = Shape.dense(784, Shape.Kind.PIXELS, false, 1024 * 128 * 10);
    PlanResult.World world =
        new ScalingPlan(configuration, shape, new Cluster(4, 1, 4, network), measured(COST))
            .world(1024);
    // 4 exchanges of 8 rounds; 6,160 bytes of moments and sums, and 4 headers, in each round
    double exchange = 4 * 8 * 30e-6 + 8 * (6160 + 4 * 24) / 1.25e9;
    assertEquals(256, world.executors());
    assertEquals(exchange, world.exchangeSeconds(), ROUNDING);
    assertEquals(0.712e-3 + exchange, world.stepSeconds(), ROUNDING);
    assertEquals(0.712e-3 / (0.712e-3 + exchange), world.efficiency(), ROUNDING);
    assertEquals(50_048, world.bytesPerStep());
    assertEquals(2201, world.efficientBatchSize()); // 0.2 ms + 2200.08 * 4 us = 9 * exchange
    assertEquals(10, world.stepsPerEpoch());
    assertEquals(10 * world.stepSeconds() + world.mergeSeconds(), world.epochSeconds(), ROUNDING);
  }

  @Test
  void shouldSwapHalvesToMergeTwoExecutors() {
    StepCost cost = new StepCost(0, 1e-6, 0.25);
    Configuration configuration = configuration(TINY).with(Keys.CLASSES, 2);
    Shape shape = Shape.dense(3, Shape.Kind.FLOATS, false, 1000);
    PlanResult.World world =
        new ScalingPlan(configuration, shape, executorsOf(1), measured(cost)).world(2);
    long half = 3 * TINY_PARAMETERS / 2; // of parameters and Adam's two moments
    double agreement = 1e-3 + (24 + 5 * 8) / 1000.0;
    double weight = 1e-3 + (24 + 8) / 1000.0;
    double halves = 2 * (1e-3 + (24 + 4 * half) / 1000.0) + 8 / 1000.0; // floats, and a share
    assertEquals(0.25 + agreement + weight + halves, world.mergeSeconds(), ROUNDING);
  }

  @Test
  void shouldMergeRunningStatisticsThatDiffer() {
    double global = tiny(executorsOf(1), 1000, 2).mergeSeconds();
    PlanResult.World local = tiny(executorsOf(1), 1000, 2, "model.batch-norm.sync=local");
    // mean and variance of four units: in halves, there and back
    assertEquals(global + 2 * 4 * 4 / 1000.0, local.mergeSeconds(), ROUNDING);
    assertEquals(0, local.exchangeSeconds());
    assertEquals(1, local.efficiency());
    assertEquals(1, local.efficientBatchSize());
    assertEquals(0, local.bytesPerStep());
  }

  @Test
  void shouldExchangeNothingInsideAnExecutor() {
    assertEquals(0, tiny(executorsOf(4), 1000, 4).exchangeSeconds());
    PlanResult.World world = tiny(executorsOf(2), 1000, 8, "model.batch-norm.sync=group(2)");
    assertEquals(0, world.exchangeSeconds());
    assertEquals(0, world.bytesPerStep());
  }

  @Test
  void shouldExchangeWithinGroups() {
    PlanResult.World world = tiny(executorsOf(2), 1000, 8, "model.batch-norm.sync=group(4)");
    assertEquals(2 * 1e-3 + TINY_BYTES / 1000.0, world.exchangeSeconds(), ROUNDING);
    assertEquals(TINY_BYTES, world.bytesPerStep());
  }

  @Test
  void shouldCountGradientsAmongTheExchangesOfAStep() {
    PlanResult.World world = tiny(executorsOf(1), 1000, 2, "training.averaging.merge=gradients");
    double statistics = 2 * 1e-3 + TINY_BYTES / 1000.0;
    double weight = 1e-3 + (24 + 8) / 1000.0;
    double halves = 2 * (1e-3 + (24 + 4 * TINY_PARAMETERS / 2) / 1000.0) + 8 / 1000.0;
    assertEquals(statistics + weight + halves, world.exchangeSeconds(), ROUNDING);
    assertEquals(TINY_BYTES + 32 + 2 * (24 + 4 * TINY_PARAMETERS / 2) + 8, world.bytesPerStep());
    assertEquals(1e-3 + (24 + 5 * 8) / 1000.0, world.mergeSeconds(), ROUNDING);
  }

  @Test
  void shouldExchangeNothingWithoutBatchNormalization() {
    PlanResult.World world = tiny(executorsOf(1), 1000, 2, "model.batch-norm.enabled=false");
    assertEquals(0, world.exchangeSeconds());
  }

  @Test
  void shouldLetExecutorsOfAMachineShareItsCoreAndNetwork() {
    LinkCost network = new LinkCost(1e-3, 2e-3, 1000);
    PlanResult.World world = tiny(new Cluster(1, 2, 1, network), 1000, 2);
    // one message in each of two exchanges: twice the work, half of the bandwidth
    double exchange = 2 * (1e-3 + 2 * 2e-3) + TINY_BYTES / 500.0;
    assertEquals(exchange, world.exchangeSeconds(), ROUNDING);
    assertEquals(2 * 0.712e-3 + exchange, world.stepSeconds(), ROUNDING);
    assertEquals(2 * 0.712e-3 / world.stepSeconds(), world.efficiency(), ROUNDING);
    assertEquals( // 2 * (0.2 ms + rows * 4 us) = 9 * exchange
        (long) Math.ceil((9 * exchange / 2 - 0.2e-3) / 4e-6), world.efficientBatchSize());
  }

  @Test
  void shouldLetAFewExecutorsGatherIfRoundsAreDear() {
    LinkCost network = new LinkCost(1, 0, 1e6);
    PlanResult.World world = tiny(new Cluster(1, 1, 1, network), 1000, 3);
    assertEquals(2 * 1 + 2 * TINY_BYTES / 1e6, world.exchangeSeconds(), ROUNDING);
    assertEquals(2 * TINY_BYTES, world.bytesPerStep());
  }

  @Test
  void shouldPlanSmallerBatchesIfAnEpochHasTooFewRows() {
    PlanResult.World world = tiny(executorsOf(1), 100, 2);
    assertEquals(50, world.batchSize());
    assertEquals(1, world.stepsPerEpoch());
    assertEquals(COST.seconds(50) + world.exchangeSeconds(), world.stepSeconds(), ROUNDING);
    assertEquals(world.stepSeconds() + world.mergeSeconds(), world.epochSeconds(), ROUNDING);
  }

  @Test
  void shouldEndAnEpochWithTheRowsThatAreLeft() {
    PlanResult.World world = tiny(executorsOf(1), 2 * (128 + 50), 2);
    assertEquals(128, world.batchSize());
    assertEquals(2, world.stepsPerEpoch());
    double computing = COST.seconds(128) + COST.seconds(50);
    assertEquals(
        computing + 2 * world.exchangeSeconds() + world.mergeSeconds(),
        world.epochSeconds(),
        ROUNDING);
  }

  @Test
  void shouldCountTheMergesOfAnEpoch() {
    PlanResult.World world =
        tiny(executorsOf(1), 2 * 128 * 10, 2, "training.averaging.every=\"3 steps\"");
    assertEquals(10, world.stepsPerEpoch());
    assertEquals(
        10 * world.stepSeconds() + 4 * world.mergeSeconds(), world.epochSeconds(), ROUNDING);
  }

  @Test
  void shouldAddUpTheMemoryOfAnExecutor() {
    long vectors = 9 * 4 * TINY_PARAMETERS;
    long batch = 4 * 128 * (2 * 3 + 3 * 4);
    long rows = 500 * 3 * 4;
    assertEquals(2 * (vectors + batch + rows), tiny(executorsOf(2), 2000, 4).memoryBytes());
    assertEquals(vectors + batch + 2000 * 3 * 4, tiny(executorsOf(2), 2000, 1).memoryBytes());
  }

  @Slow
  @Test
  void shouldPlanAThousandExecutorsOfOneRank() {
    Configuration configuration = configuration().with(Keys.CLASSES, 10);
    Shape shape = Shape.dense(784, Shape.Kind.PIXELS, false, 60_000);
    LinkCost network = LinkCost.TYPICAL;
    PlanResult result =
        new ScalingPlan(configuration, shape, new Cluster(1, 1, 1, network), measured(COST))
            .result(List.of(1, 1000, 1024), "executor 0 on a and executor 1 on b");
    assertEquals(List.of(1, 1000, 1024), ranks(result));
    assertEquals(0, result.worlds().get(0).exchangeSeconds());
    assertEquals(10 * (6160 + 4 * 24), result.worlds().get(2).bytesPerStep());
    double unaligned = result.worlds().get(1).exchangeSeconds();
    assertTrue(unaligned > result.worlds().get(2).exchangeSeconds(), "collects and returns");
    assertEquals(784 * 128 + 2 * 128 + 128 * 64 + 2 * 64 + 64 * 10 + 10, parameters(result));
    assertEquals(COST.seconds(128), result.measured().steps().get(0).seconds());
    assertEquals(1, result.measured().cores());
    assertEquals("this machine", result.measured().machine());
    assertEquals("executor 0 on a and executor 1 on b", result.cluster().measuredBetween());
    assertEquals(30e-6, result.cluster().latencySeconds(), ROUNDING);
  }

  private static List<Integer> ranks(PlanResult result) {
    return result.worlds().stream().map(PlanResult.World::ranks).toList();
  }

  private static long parameters(PlanResult result) {
    return result.model().parameters();
  }
}
