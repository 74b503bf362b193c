package io.syncnorm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.PeerException;
import io.syncnorm.config.ConfigLoader;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the driver makes of ranks that end, or do not, while it is busy or done. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class LostRanksTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final Duration IMPATIENT = Duration.ofMillis(50);
  private static final CountDownLatch HANGING = new CountDownLatch(1);
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

  /** Or two attempts would write the same run directory at once. */
  @Test
  void shouldNotEndAnAttemptWhileAReportIsBeingKept() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    CountDownLatch slowDisk = new CountDownLatch(1);
    try (Attempt attempt =
        new Attempt(
            spark,
            1,
            PATIENT,
            100,
            (rank, payload) -> {
              writing.countDown();
              await(slowDisk);
            })) {
      try (Membership rank = join(attempt)) {
        rank.driver().report(new byte[1]);
        await(writing);
      }
      CompletableFuture<Void> heard = CompletableFuture.runAsync(() -> attempt.hearOut(IMPATIENT));
      assertThrows(TimeoutException.class, () -> heard.get(500, TimeUnit.MILLISECONDS));
      slowDisk.countDown();
      heard.get();
    }
  }

  @Test
  void shouldKeepNothingOfAnAttemptThatIsOver() throws Exception {
    CountDownLatch kept = new CountDownLatch(1);
    try (Attempt attempt =
            new Attempt(spark, 1, PATIENT, 100, (rank, payload) -> kept.countDown());
        Membership rank = join(attempt)) {
      attempt.hearOut(IMPATIENT);
      rank.driver().report(new byte[1]);
      assertFalse(kept.await(300, TimeUnit.MILLISECONDS));
    }
  }

  /** Its model is complete: it is not trained again, nor is the run given up. */
  @Test
  void shouldNotMissARankThatIsLostAfterTheLastReport() {
    Work work = new Work((membership, rows) -> reportThenFail(membership), true);
    run(work);
    assertEquals(1, work.reports);
  }

  @Test
  void shouldMissItBefore() {
    Work work = new Work((membership, rows) -> reportThenFail(membership), false);
    RankFailedException failed = assertThrows(RankFailedException.class, () -> run(work));
    assertTrue(failed.getMessage().contains("on its way out"), failed.getMessage());
  }

  /** As one whose executor is stopped: Spark would wait for it for minutes. */
  @Test
  void shouldNotWaitForARankThatHangsAfterTheLastReport() {
    long start = System.nanoTime();
    try {
      run(new Work((membership, rows) -> reportThenHang(membership), true));
      assertTrue(System.nanoTime() - start < PATIENT.toNanos());
    } finally {
      HANGING.countDown();
    }
  }

  /**
   * It may be anywhere when Spark interrupts it, say in fetching its shard from a lost executor.
   */
  @Test
  void shouldNotTakeAnInterruptedRankForTheCause() {
    Work work = new Work((membership, rows) -> waitInVainOrForLong(membership), false);
    RankFailedException failed = assertThrows(RankFailedException.class, () -> run(work));
    assertEquals(RankFailedException.Reason.LOST, failed.reason());
    assertEquals("no answer", failed.getMessage());
  }

  private static void waitInVainOrForLong(Membership membership) throws InterruptedException {
    if (membership.communicator().rank() == 0) {
      throw new PeerException("no answer");
    }
    Thread.sleep(PATIENT.toMillis());
  }

  private static void run(Work work) {
    new RankStage(
            spark,
            ConfigLoader.load(List.of(), List.of()).training().faults(),
            Duration.ofMillis(500))
        .run(work);
  }

  private static void reportThenFail(Membership membership) {
    if (membership.communicator().rank() == 0) {
      membership.driver().report(new byte[1]);
    } else {
      throw new IllegalStateException("on its way out");
    }
  }

  private static void reportThenHang(Membership membership) {
    if (membership.communicator().rank() == 0) {
      membership.driver().report(new byte[1]);
    } else {
      while (HANGING.getCount() > 0) { // deaf to interruptions
        Thread.onSpinWait();
      }
    }
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

  /** Two ranks, and the first report is all that is wanted, or never enough. */
  private static final class Work implements RankWork<Integer> {
    private final RankProgram<Integer> program;
    private final boolean enough;
    private volatile int reports;

    Work(RankProgram<Integer> program, boolean enough) {
      this.program = program;
      this.enough = enough;
    }

    @Override
    public String description() {
      return "two ranks";
    }

    @Override
    public JavaRDD<Integer> partitions() {
      return spark.parallelize(List.of(0, 1), 2);
    }

    @Override
    public RankProgram<Integer> program() {
      return program;
    }

    @Override
    public int maxReportBytes() {
      return 1;
    }

    @Override
    public void reported(int rank, byte[] payload) {
      reports = 1;
    }

    @Override
    public boolean isComplete() {
      return enough && reports > 0;
    }

    @Override
    public String progress() {
      return "after report " + reports;
    }
  }
}
