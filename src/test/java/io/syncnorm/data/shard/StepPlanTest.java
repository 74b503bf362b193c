package io.syncnorm.data.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.deal.Dealing;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StepPlanTest {
  @Test
  void shouldPlanUnequalShardsByHand() {
    StepPlan plan = new StepPlan(List.of(10L, 4L, 0L, 9L), 4);

    assertEquals(4, plan.world());
    assertEquals(3, plan.stepsPerEpoch());
    assertEquals(List.of(4, 4, 0, 4), batch(plan, 0));
    assertEquals(List.of(4, 0, 0, 4), batch(plan, 1));
    assertEquals(List.of(2, 0, 0, 1), batch(plan, 2));
    assertEquals(List.of(0, 0, 0, 0), batch(plan, 3));
    assertEquals(12, plan.globalRows(0));
    assertEquals(8, plan.globalRows(1));
    assertEquals(3, plan.globalRows(2));
    assertEquals(3, smallestGlobalBatch(plan));
    assertEquals(1, smallestLocalBatch(plan));
  }

  @Test
  void shouldPlanALastStepOfOneRow() {
    assertEquals(1, smallestGlobalBatch(new StepPlan(List.of(5L, 4L), 4)));
    assertEquals(2, smallestGlobalBatch(new StepPlan(List.of(5L, 5L), 4)));
    assertEquals(1, smallestLocalBatch(new StepPlan(List.of(5L, 5L), 4)));
    assertEquals(4, smallestLocalBatch(new StepPlan(List.of(8L, 4L, 0L), 4)));
  }

  @Test
  void shouldPlanNothingForNoRows() {
    StepPlan plan = new StepPlan(List.of(0L, 0L), 4);

    assertEquals(0, plan.stepsPerEpoch());
    assertEquals(0, plan.globalRows(0));
    assertEquals(0, smallestGlobalBatch(plan));
    assertEquals(0, smallestLocalBatch(plan));
  }

  @Test
  void shouldCountEveryRowOnceForAnyShards() {
    SplittableRandom random = new SplittableRandom(5);
    for (int trial = 0; trial < 500; trial++) {
      List<Long> rows = random.longs(1 + random.nextInt(8), 0, 40).boxed().toList();
      StepPlan plan = new StepPlan(rows, 1 + random.nextInt(12));
      int steps = plan.stepsPerEpoch();
      List<Long> global = IntStream.range(0, steps).mapToObj(plan::globalRows).toList();

      assertEquals(
          rows.stream().mapToLong(Long::longValue).sum(),
          global.stream().mapToLong(Long::longValue).sum(),
          plan::toString);
      assertEquals(0, plan.globalRows(steps), plan::toString);
      if (steps > 0) {
        assertEquals(Collections.min(global), smallestGlobalBatch(plan), plan::toString);
        assertEquals(
            IntStream.range(0, steps)
                .flatMap(step -> batch(plan, step).stream().mapToInt(Integer::intValue))
                .filter(count -> count > 0)
                .min()
                .getAsInt(),
            smallestLocalBatch(plan),
            plan::toString);
      }
    }
  }

  @Test
  void shouldFindTheSmallestBatchOfAnyGroupThatHasRows() {
    StepPlan plan = new StepPlan(List.of(9L, 2L, 5L, 0L, 7L), 4);

    assertEquals(1, plan.smallestBatch(1), "rank 0 and rank 2 end with one row");
    assertEquals(1, plan.smallestBatch(2), "so does the group of ranks 0 and 1");
    assertEquals(1, plan.smallestBatch(3), "rank 0 alone in the third step");
    assertEquals(3, new StepPlan(List.of(8L, 6L, 0L, 3L), 4).smallestBatch(2));
    assertEquals(0, new StepPlan(List.of(0L, 0L), 4).smallestBatch(2));
    for (int size = 5; size < 9; size++) {
      assertEquals(smallestGlobalBatch(plan), plan.smallestBatch(size));
    }
    assertEquals(smallestGlobalBatch(plan), plan.smallestBatch(Integer.MAX_VALUE));
  }

  @Test
  void shouldNotOverflow() {
    int batch = Integer.MAX_VALUE;
    long most = 3L * batch + 1;
    StepPlan plan = new StepPlan(List.of(most, most, most), batch);

    assertEquals(4, plan.stepsPerEpoch());
    assertEquals(3L * batch, plan.globalRows(0));
    assertEquals(3, plan.globalRows(3));
    assertEquals(0, plan.globalRows(batch));
  }

  @Test
  void shouldRefuseMoreStepsThanAnIntCounts() {
    long most = 8L * Integer.MAX_VALUE;
    assertEquals(Integer.MAX_VALUE, new StepPlan(List.of(0L, most), 8).stepsPerEpoch());

    String message =
        assertThrows(IllegalArgumentException.class, () -> new StepPlan(List.of(0L, most + 1), 8))
            .getMessage();

    assertTrue(message.contains("expected steps<=2147483647"), message);
    assertTrue(message.contains("found rows=17179869177 on one rank with batchSize=8"), message);
  }

  @Test
  void shouldPlanTheShardsOfADeal() {
    Deal deal = Dealing.SHUFFLED.deal(new long[] {4, 3}, 3, 42);
    assertEquals(new StepPlan(List.of(3L, 2L, 2L), 2), StepPlan.of(deal, 2));
  }

  @Test
  void shouldRejectInvalidPlans() {
    assertThrows(IllegalArgumentException.class, () -> new StepPlan(List.of(1L), 0));
    assertThrows(IllegalArgumentException.class, () -> new StepPlan(List.of(), 1));
    assertThrows(IllegalArgumentException.class, () -> new StepPlan(List.of(1L, -1L), 1));
    StepPlan plan = new StepPlan(List.of(1L), 1);
    assertThrows(IllegalArgumentException.class, () -> plan.batchRows(0, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> plan.batchRows(1, 0));
  }

  private static List<Integer> batch(StepPlan plan, int step) {
    return IntStream.range(0, plan.world()).mapToObj(rank -> plan.batchRows(rank, step)).toList();
  }

  private static long smallestGlobalBatch(StepPlan plan) {
    return plan.smallestBatch(plan.world());
  }

  private static long smallestLocalBatch(StepPlan plan) {
    return plan.smallestBatch(1);
  }
}
