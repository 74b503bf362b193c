package io.syncnorm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.comm.SimulatedTraining;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.Shape;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Plans against trainings on simulated clusters of the same network: the loop that trains makes its
 * exchanges over a network whose clock counts what messages cost. Computing takes no time there.
 */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class SimulatedPlanTest {
  private static final LinkCost NETWORK = LinkCost.TYPICAL;
  private static final int BATCH = 2;
  private static final int INPUTS = 6;
  private static final String NETWORK_OF_TWO_LAYERS = "model.hidden=[16,8]";

  /**
   * Relative: halves of an odd length differ by an element, and the plan counts the longer ones.
   */
  private static final double TOLERANCE = 1e-4;

  /** Nothing but exchanges takes time. */
  private static final MeasuredSteps NO_TIME =
      new MeasuredSteps(
          "a simulation",
          1,
          List.of(new MeasuredSteps.Step(new Crowd(1, 1), new StepCost(0, Double.MIN_NORMAL, 0))));

  private static Configuration configuration(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.classes=3",
                "training.epochs=1",
                "training.batch-size=" + BATCH,
                "training.telemetry=off",
                "model.batch-norm.recalibrate=0"));
    all.addAll(List.of(settings));
    return ConfigLoader.load(List.of(), all);
  }

  private static Shape rows(int inputs, long count) {
    return Shape.dense(inputs, Shape.Kind.FLOATS, false, count);
  }

  private static PlanResult.World plan(Configuration configuration, int inputs, int ranks) {
    int ofExecutor = SimulatedTraining.RANKS_PER_EXECUTOR;
    Cluster cluster = new Cluster(ofExecutor, 1, ofExecutor, NETWORK);
    long rows = 2L * BATCH * ranks;
    return new ScalingPlan(configuration, rows(inputs, rows), cluster, NO_TIME).world(ranks);
  }

  /** Returns the simulated seconds of an epoch, with its evaluation and its totals. */
  private static double train(Configuration configuration, int inputs, int ranks, int steps)
      throws InterruptedException {
    Snapshot start = Snapshot.fresh(configuration, inputs);
    StepPlan plan = new StepPlan(Collections.nCopies(ranks, (long) steps * BATCH), BATCH);
    try (RowStore rows = RowStore.of(SyntheticRows.of(rows(inputs, (long) steps * BATCH), 3));
        RowStore none = RowStore.of(SyntheticRows.of(rows(inputs, 0), 3))) {
      return SimulatedTraining.seconds(
          ranks,
          NETWORK,
          rank ->
              new RankTraining(
                      configuration,
                      new Shard(rank.rank(), ranks, rows, none),
                      plan,
                      TraineeMaker.CONFIGURED,
                      start,
                      rank)
                  .run((result, snapshot) -> {}, List.of()));
    }
  }

  /** Compares the second of two steps, and a merge after the first of them. */
  private static void assertPlanned(int inputs, int ranks, String... settings)
      throws InterruptedException {
    Configuration configuration = configuration(settings);
    List<String> more = new ArrayList<>(List.of(settings));
    more.add("training.averaging.every=1 steps");
    Configuration merging = configuration(more.toArray(String[]::new));
    PlanResult.World planned = plan(configuration, inputs, ranks);
    double two = train(configuration, inputs, ranks, 2);
    assertClose(two - train(configuration, inputs, ranks, 1), planned.exchangeSeconds());
    assertClose(train(merging, inputs, ranks, 2) - two, planned.mergeSeconds());
  }

  private static void assertClose(double simulated, double planned) {
    assertTrue(simulated > 0, "simulated=" + simulated);
    assertEquals(simulated, planned, TOLERANCE * simulated);
  }

  @Slow
  @ParameterizedTest
  @ValueSource(ints = {16, 64, 256, 1024})
  void shouldPlanStepsAndMerges(int ranks) throws Exception {
    assertPlanned(INPUTS, ranks, NETWORK_OF_TWO_LAYERS);
  }

  /** Groups agree on their statistics before a merge, and merge them. */
  @Test
  void shouldPlanGroups() throws Exception {
    assertPlanned(INPUTS, 64, NETWORK_OF_TWO_LAYERS, "model.batch-norm.sync=group(8)");
  }

  /** 1.2 million elements with Adam's: a chunk and a part of one. */
  @Test
  void shouldPlanAMergeOfSeveralChunks() throws Exception {
    assertPlanned(784, 16, "model.hidden=[512]");
  }

  @Test
  void shouldPlanGradientsAmongTheExchangesOfAStep() throws Exception {
    Configuration configuration =
        configuration(NETWORK_OF_TWO_LAYERS, "training.averaging.merge=gradients");
    double step = train(configuration, INPUTS, 64, 2) - train(configuration, INPUTS, 64, 1);
    assertClose(step, plan(configuration, INPUTS, 64).exchangeSeconds());
  }
}
