package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.PeerException;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.slots.TakenSlots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests hosts that Spark does not start together, as under dynamic allocation. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class GangTest {
  private static final int SLOTS = 2;
  private static final int WORLD = 4;
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static JavaSparkContext spark;

  /** Partitions that have run, by work; static, so that ranks reach it in local mode. */
  private static final Map<Integer, Set<Integer>> HOSTS = new ConcurrentHashMap<>();

  private static final AtomicInteger WORKS = new AtomicInteger();
  private static final AtomicBoolean LOST = new AtomicBoolean();

  /** In local mode Spark regards dynamic allocation as enabled only with its testing flag. */
  @BeforeAll
  static void start() {
    spark =
        new JavaSparkContext(
            LocalSpark.conf("GangTest", SLOTS)
                .set("spark.dynamicAllocation.enabled", "true")
                .set("spark.dynamicAllocation.testing", "true"));
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @AfterEach
  void shouldLeaveNoTask() throws InterruptedException {
    await(() -> !TaskSlots.areBusy(spark));
  }

  @Test
  void shouldRunAWorldOnTheSlotsThatItGathers() {
    Work work = new Work((membership, rows) -> exchange(membership, 0));
    run(work, 1, PATIENT);
    assertEquals(Set.of(0, 1), HOSTS.get(work.number));
  }

  /** If each held a slot and waited for another, neither would ever run. */
  @Test
  void shouldRunTwoWorldsThatTogetherWantMoreSlotsThanThereAre() throws Exception {
    List<CompletableFuture<Void>> both = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Work work = new Work((membership, rows) -> exchange(membership, 1000));
      both.add(CompletableFuture.runAsync(() -> run(work, SLOTS, Duration.ofMillis(500))));
    }
    for (CompletableFuture<Void> each : both) {
      each.get(); // the second waits longer than its timeout
    }
  }

  @Test
  void shouldEndWithTheNumberOfSlotsIfThereAreTooFew() {
    long start = System.nanoTime();
    SlotsException few =
        assertThrows(SlotsException.class, () -> run(idle(), WORLD, Duration.ofMillis(500)));
    assertTrue(
        few.getMessage().contains("expected slots>=4 (training.min-slots), found slots=2"),
        few.getMessage());
    assertTrue(System.nanoTime() - start < PATIENT.toNanos());
    run(idle(), SLOTS, PATIENT); // another gang may gather
  }

  @Test
  void shouldWaitForSlotsThatOtherJobsUse() throws Exception {
    CompletableFuture<Void> waiting;
    try (TakenSlots taken = TakenSlots.take(spark, 1)) {
      await(() -> taken.held() == 1);
      waiting = CompletableFuture.runAsync(() -> run(idle(), SLOTS, Duration.ofMillis(200)));
      Thread.sleep(500);
      assertFalse(waiting.isDone());
    }
    waiting.get();
  }

  @Test
  void shouldStopGatheringWhenInterrupted() throws Exception {
    try (TakenSlots taken = TakenSlots.take(spark, 1)) {
      await(() -> taken.held() == 1);
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      Thread fit = new Thread(() -> ended.complete(failureOf(idle())));
      fit.start();
      await(() -> spark.statusTracker().getActiveJobIds().length == 2);
      fit.interrupt();
      assertInstanceOf(CancellationException.class, ended.get());
      fit.join();
    }
    run(idle(), SLOTS, PATIENT);
  }

  @Test
  void shouldStopGatheringWhenTheCallersJobGroupIsCancelled() throws Exception {
    try (TakenSlots taken = TakenSlots.take(spark, 1)) {
      await(() -> taken.held() == 1);
      CompletableFuture<Throwable> ended =
          CompletableFuture.supplyAsync(
              () -> {
                spark.setJobGroup("a fit", "");
                return failureOf(idle());
              });
      await(() -> spark.statusTracker().getJobIdsForGroup("a fit").length == 1);
      spark.cancelJobGroup("a fit");
      assertInstanceOf(CancellationException.class, ended.get());
    }
  }

  @Test
  void shouldFreeAllSlotsWhenARunningFitIsCancelled() throws Exception {
    Work work = new Work((membership, rows) -> exchange(membership, PATIENT.toMillis()));
    CompletableFuture<Throwable> ended =
        CompletableFuture.supplyAsync(
            () -> {
              spark.setJobGroup("a long fit", "");
              return failureOf(work);
            });
    await(() -> HOSTS.getOrDefault(work.number, Set.of()).size() == SLOTS);
    spark.cancelJobGroup("a long fit");
    assertInstanceOf(CancellationException.class, ended.get());
    run(idle(), SLOTS, PATIENT);
  }

  @Test
  void shouldRestartWhenARankIsLost() {
    Work work = new Work((membership, rows) -> loseFirst(membership));
    run(work, SLOTS, PATIENT);
    assertEquals(2, work.attempts(), "attempts");
  }

  private static void loseFirst(Membership membership) {
    exchange(membership, 0);
    if (membership.communicator().rank() == 1 && !LOST.getAndSet(true)) {
      throw new PeerException("no answer");
    }
    exchange(membership, 0);
  }

  private static void exchange(Membership membership, long millis) {
    membership.communicator().awaitLoaded(PATIENT); // needs all ranks
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  private static Work idle() {
    return new Work((membership, rows) -> exchange(membership, 0));
  }

  private static Throwable failureOf(Work work) {
    try {
      run(work, SLOTS, PATIENT);
      return null;
    } catch (Throwable e) { // of whatever kind
      return e;
    }
  }

  private static void run(Work work, int fewest, Duration timeout) {
    new RankStage(
            spark,
            Configuration.defaults().with(Keys.MIN_SLOTS, fewest).with(Keys.SLOT_TIMEOUT, timeout),
            Duration.ofMillis(500))
        .run(work);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(10);
    }
  }

  /** Work of four ranks without rows that notes where it runs. */
  private static final class Work extends ProgramWork {
    private final int number;

    Work(Program<Integer> program) {
      this(WORKS.incrementAndGet(), program);
    }

    private Work(int number, Program<Integer> program) {
      super(WORLD, new Noting(number, program));
      this.number = number;
    }
  }

  /** Notes where it runs. */
  private record Noting(int work, RankWork.Program<Integer> program)
      implements RankWork.Program<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public void run(Membership membership, Iterator<Integer> rows) throws Exception {
      HOSTS
          .computeIfAbsent(work, number -> ConcurrentHashMap.newKeySet())
          .add(TaskContext.getPartitionId());
      program.run(membership, rows);
    }
  }
}
