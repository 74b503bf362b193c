package io.syncnorm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.fold.RankGroup;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterTest {
  private static final StepCost COST = new StepCost(1e-3, 1e-6, 1e-3);

  /**
   * Ranks of an executor, executors and cores of a machine, ranks of the world, cores of the
   * measuring machine; ranks and slots to measure, and the factor on what they take.
   */
  @ParameterizedTest
  @CsvSource({
    "4, 1, 4, 64, 2, 2, 2, 1", // as many ranks as this machine has cores
    "4, 1, 4, 64, 8, 4, 4, 1", // as many as a machine of the cluster has
    "4, 2, 16, 4, 16, 4, 4, 1", // the world has one executor
    "1, 8, 2, 8, 2, 8, 8, 1", // executors take the two cores from each other
    "8, 1, 2, 8, 2, 8, 2, 1", // ranks compute in turns on two slots
    "4, 2, 2, 8, 2, 8, 2, 1", // on one slot of each executor
    "8, 1, 2, 8, 1, 4, 1, 1", // the same turns on one core
    "1, 32, 16, 64, 2, 4, 4, 1", // as many ranks on a core
    "8, 1, 2, 8, 16, 8, 8, 4", // more cores than there: each rank alone, then four times
  })
  void shouldMeasureAsManyRanksOnACoreAsTheClusterHas(
      int ofExecutor,
      int executors,
      int coresThere,
      int world,
      int coresHere,
      int ranks,
      int slots,
      double factor) {
    Cluster cluster = new Cluster(ofExecutor, executors, coresThere, LinkCost.TYPICAL);
    Crowd crowd = cluster.crowd(world, coresHere);
    assertEquals(new Crowd(ranks, slots), crowd);
    MeasuredSteps steps =
        new MeasuredSteps("here", coresHere, List.of(new MeasuredSteps.Step(crowd, COST)));
    assertEquals(factor, steps.factor(cluster, world));
  }

  @Test
  void shouldDivideRanksEvenlyOverSlots() {
    assertEquals(
        List.of(new RankGroup(0, 1), new RankGroup(1, 3), new RankGroup(3, 5)),
        new Crowd(5, 3).hosts());
  }

  @Test
  void shouldNameAStepThatWasNotMeasured() {
    Cluster cluster = new Cluster(1, 8, 2, LinkCost.TYPICAL);
    MeasuredSteps steps =
        new MeasuredSteps("here", 2, List.of(new MeasuredSteps.Step(Crowd.each(2), COST)));
    String message =
        assertThrows(IllegalArgumentException.class, () -> steps.of(cluster, 8)).getMessage();
    assertTrue(message.contains("world=8, expected=Crowd[ranks=8, slots=8]"), message);
  }
}
