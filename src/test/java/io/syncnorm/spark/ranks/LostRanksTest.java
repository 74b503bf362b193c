package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.PeerException;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.comm.wire.RunKey;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.RankRows;
import io.syncnorm.train.state.FirstStepReport;
import io.syncnorm.train.state.Position;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver's handling of ranks that end, or do not end, while it is busy or done. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LostRanksTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final Duration IMPATIENT = Duration.ofMillis(50);
  private static final CountDownLatch STUCK = new CountDownLatch(1);

  /** Static, so that ranks reach it in local mode. */
  private static final AtomicReference<CountDownLatch> OTHERS_JOINED = new AtomicReference<>();

  private static final AtomicReference<AtomicReference<List<Integer>>> LOADED =
      new AtomicReference<>();
  private static volatile boolean interrupted;
  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[2]")
                .setAppName("LostRanksTest")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** Otherwise the report could be lost to the next attempt, or mix with that attempt's reports. */
  @Test
  void shouldNotEndAnAttemptWhileAReportIsBeingProcessed() throws Exception {
    CountDownLatch processing = new CountDownLatch(1);
    CountDownLatch busy = new CountDownLatch(1);
    AtomicBoolean processed = new AtomicBoolean();
    try (Storage storage = new Storage(() -> {});
        Attempt attempt =
            attempt(
                (rank, payload) -> {
                  processing.countDown();
                  await(busy);
                  processed.set(true);
                },
                storage)) {
      try (Membership rank = join(attempt)) {
        rank.report(new byte[1]);
        await(processing);
      }
      CompletableFuture<Boolean> drained =
          CompletableFuture.supplyAsync(
              () -> {
                attempt.awaitEnd(() -> 0, IMPATIENT);
                return processed.get();
              });
      assertThrows(TimeoutException.class, () -> drained.get(500, TimeUnit.MILLISECONDS));
      busy.countDown();
      assertTrue(drained.get());
    }
  }

  @Test
  void shouldIgnoreReportsOfAnAttemptThatIsOver() throws Exception {
    AtomicInteger processed = new AtomicInteger();
    try (Storage storage = new Storage(() -> {});
        Attempt attempt = attempt((rank, payload) -> processed.incrementAndGet(), storage)) {
      try (Membership rank = join(attempt)) {
        attempt.awaitEnd(() -> 0, IMPATIENT);
        rank.report(new byte[1]);
      }
      assertTrue(attempt.awaitFinished(PATIENT), "it has read all of the rank's messages");
      assertEquals(0, processed.get());
    }
  }

  /** An executor may be lost before its rank has joined. */
  @Test
  void shouldNotWaitForRanksThatHaveNotJoined() throws Exception {
    try (Storage storage = new Storage(() -> {});
        Attempt attempt = attempt((rank, payload) -> {}, storage)) {
      attempt.awaitEnd(() -> 0, Duration.ofHours(1));
      assertTrue(attempt.awaitFinished(Duration.ZERO));
    }
  }

  /**
   * Rows are read, sorted or computed for any length of time, and other ranks must not time out.
   */
  @Test
  void shouldJoinBeforeItsRowsAreLoaded() {
    AtomicReference<List<Integer>> loaded = new AtomicReference<>();
    CountDownLatch others = new CountDownLatch(1);
    OTHERS_JOINED.set(others);
    LOADED.set(loaded);
    JavaRDD<Integer> slow =
        spark
            .parallelize(List.of(0, 1), 2)
            .mapPartitions(
                rows -> {
                  List<Integer> all = new ArrayList<>();
                  rows.forEachRemaining(all::add);
                  if (all.contains(1)) {
                    await(OTHERS_JOINED.get());
                  }
                  return all.iterator();
                });
    run(new Work(slow, LostRanksTest::loadLate, false));
    assertEquals(List.of(1), loaded.get());
  }

  private static void loadLate(Membership membership, Iterator<Integer> rows) {
    if (membership.communicator().rank() == 0) { // after join, so all ranks have joined
      OTHERS_JOINED.get().countDown();
    } else {
      List<Integer> own = new ArrayList<>();
      rows.forEachRemaining(own::add);
      LOADED.get().set(own);
    }
    membership.communicator().awaitLoaded(PATIENT);
  }

  /** The test's own deadline is shorter than that of loading. */
  @Test
  void shouldNotWaitForTheRowsOfARankThatCannotLoadThem() {
    Work work =
        new Work(
            (membership, rows) -> {
              if (membership.communicator().rank() == 1) {
                throw new IllegalStateException("no such block");
              }
              membership.communicator().awaitLoaded(Duration.ofHours(1));
            },
            false);
    RankFailedException failed = assertThrows(RankFailedException.class, () -> run(work));
    assertEquals("rank 1 failed: no such block", failed.getMessage());
  }

  /** The model is complete: it is not trained again, and the run does not fail. */
  @Test
  void shouldSucceedWhenARankIsLostAfterTheLastReport() {
    Work work = new Work((membership, rows) -> reportThenFail(membership), true);
    run(work);
    assertEquals(1, work.reports());
  }

  @Test
  void shouldFailWhenARankIsLostBeforeTheLastReport() {
    Work work = new Work((membership, rows) -> reportThenFail(membership), false);
    RankFailedException failed = assertThrows(RankFailedException.class, () -> run(work));
    assertTrue(failed.getMessage().contains("on its way out"), failed.getMessage());
  }

  /** Like a rank whose executor is stopped: Spark would wait for it for minutes. */
  @Test
  void shouldNotWaitForARankThatDoesNotRespondAfterTheLastReport() {
    long start = System.nanoTime();
    try {
      run(new Work((membership, rows) -> reportThenHang(membership), true));
      assertTrue(System.nanoTime() - start < PATIENT.toNanos());
    } finally {
      STUCK.countDown();
    }
  }

  /** A cluster may lose a machine every few minutes for a week. */
  @Test
  void shouldCountOnlyAttemptsWithoutANewSnapshot() {
    Work progressing = new Work((membership, rows) -> reportThenLose(membership), 5);
    run(progressing);
    assertEquals(5, progressing.reports(), "attempts");
    Work stuck = new Work((membership, rows) -> reportThenLose(membership), Integer.MAX_VALUE);
    stuck.isStuck = true;
    RankFailedException failed = assertThrows(RankFailedException.class, () -> run(stuck));
    assertEquals(RankFailedException.Reason.LOST, failed.reason());
    assertEquals(Configuration.defaults().get(Keys.MAX_ATTEMPTS), stuck.reports(), "attempts");
  }

  @Test
  void shouldMeasureThePauseBeforeTheFirstStepOfEachAttempt() {
    Work work = new Work((membership, rows) -> stepThenLose(membership), 2);
    long start = System.nanoTime();
    run(work);
    double elapsed = 1e-9 * (System.nanoTime() - start);
    assertEquals(2, work.hosts().size(), work.hosts().toString());
    HostsEvent first = work.hosts().get(0);
    HostsEvent second = work.hosts().get(1);
    assertTrue(first.isStart());
    assertEquals("a rank was lost", second.why());
    for (HostsEvent each : work.hosts()) {
      assertEquals(
          List.of(3, 20, 2, 2), List.of(each.epoch(), each.step(), each.hosts(), each.world()));
      HostsEvent.Pause pause = each.pause();
      assertTrue(pause.endingSeconds() >= 0, pause.toString());
      assertTrue(pause.slotsSeconds() > 0, pause.toString());
      assertTrue(pause.startingSeconds() > 0, pause.toString());
      assertTrue(pause.dataSeconds() > 0, pause.toString());
    }
    assertTrue(second.pause().endingSeconds() > 0, second.toString());
    assertTrue(
        first.pause().seconds() + second.pause().seconds() < elapsed, work.hosts().toString());
  }

  private static void stepThenLose(Membership membership) {
    if (membership.communicator().rank() == 0) {
      membership.report(FirstStepReport.encode(new Position(3, 20)));
      membership.report(new byte[1]);
      throw new PeerException("no answer");
    }
    membership.communicator().awaitLoaded(PATIENT); // rank 0 reports before any rank fails
  }

  private static void reportThenLose(Membership membership) {
    if (membership.communicator().rank() == 0) {
      membership.report(new byte[1]);
      throw new PeerException("no answer");
    }
    membership.communicator().awaitLoaded(PATIENT); // rank 0 reports before any rank fails
  }

  /**
   * Spark may interrupt the rank anywhere, for example while it fetches its shard from a lost
   * executor.
   */
  @Test
  void shouldNotTreatAnInterruptedRankAsTheCause() {
    Work work = new Work((membership, rows) -> timeOutOrSleep(membership), false);
    RankFailedException failed = assertThrows(RankFailedException.class, () -> run(work));
    assertEquals(RankFailedException.Reason.LOST, failed.reason());
    assertEquals("no answer", failed.getMessage());
  }

  @Test
  void shouldKeepTheInterruptFlagOfARanksThread() {
    interrupted = false;
    assertThrows(
        RankFailedException.class,
        () -> run(new Work((membership, rows) -> beInterrupted(), false)));
    assertTrue(interrupted);
  }

  /** The file system may not respond for a minute. */
  @Test
  void shouldNotWaitForAReportBeingStoredWhenInterrupted() {
    CountDownLatch slowDisk = new CountDownLatch(1);
    Thread driver = Thread.currentThread();
    Work work =
        new Work(
            (membership, rows) -> membership.report(new byte[1]),
            false,
            () -> {
              driver.interrupt();
              await(slowDisk);
            });
    try {
      assertThrows(CancellationException.class, () -> run(work));
      assertTrue(Thread.interrupted(), "the interrupt flag must stay set");
      assertEquals(1, slowDisk.getCount());
    } finally {
      slowDisk.countDown();
    }
  }

  private static void beInterrupted() throws InterruptedException {
    TaskContext.get()
        .addTaskCompletionListener(
            (TaskCompletionListener)
                task -> {
                  if (Thread.currentThread().isInterrupted()) {
                    interrupted = true;
                  }
                });
    throw new InterruptedException("told to end");
  }

  private static void timeOutOrSleep(Membership membership) throws InterruptedException {
    if (membership.communicator().rank() == 0) {
      throw new PeerException("no answer");
    }
    Thread.sleep(PATIENT.toMillis());
  }

  private static void run(Work work) {
    new RankStage(spark, Configuration.defaults(), Duration.ofMillis(500)).run(work);
  }

  private static void reportThenFail(Membership membership) {
    boolean isFirst = membership.communicator().rank() == 0;
    if (isFirst) {
      membership.report(new byte[1]);
    }
    membership.communicator().awaitLoaded(PATIENT); // rank 0 has reported
    if (!isFirst) {
      throw new IllegalStateException("on its way out");
    }
  }

  private static void reportThenHang(Membership membership) {
    if (membership.communicator().rank() == 0) {
      membership.report(new byte[1]);
    } else {
      while (STUCK.getCount() > 0) { // ignores interrupts
        Thread.onSpinWait();
      }
    }
  }

  private static Attempt attempt(Attempt.Reports reports, Storage storage) {
    return new Attempt(spark, RunKey.random(), 1, PATIENT, 100, reports, storage);
  }

  private static Membership join(Attempt attempt) {
    return Membership.join(
        attempt.host(),
        attempt.port(),
        attempt.key(),
        0,
        1,
        InetAddress.getLoopbackAddress(),
        PATIENT);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PATIENT.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Work of two ranks, which is complete after some reports or never. */
  private static final class Work extends ProgramWork {
    private final int enough;
    private boolean isStuck;
    private final Runnable keeping;

    Work(Program<Integer> program, boolean enough) {
      this(program, enough, () -> {});
    }

    Work(Program<Integer> program, int enough) {
      this(spark.parallelize(List.of(0, 1), 2), program, enough, () -> {});
    }

    Work(Program<Integer> program, boolean enough, Runnable keeping) {
      this(spark.parallelize(List.of(0, 1), 2), program, enough ? 1 : Integer.MAX_VALUE, keeping);
    }

    Work(JavaRDD<Integer> partitions, Program<Integer> program, boolean enough) {
      this(partitions, program, enough ? 1 : Integer.MAX_VALUE, () -> {});
    }

    private Work(
        JavaRDD<Integer> partitions, Program<Integer> program, int enough, Runnable keeping) {
      super(RankRows.inPlace(partitions), attempt -> program);
      this.enough = enough;
      this.keeping = keeping;
    }

    @Override
    public void reported(int rank, ReportBytes report) {
      keeping.run();
      super.reported(rank, report);
    }

    @Override
    public boolean isComplete() {
      return reports() >= enough;
    }

    @Override
    public long snapshots() {
      return isStuck ? 0 : reports();
    }
  }
}
