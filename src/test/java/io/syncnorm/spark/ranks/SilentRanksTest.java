package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.wire.RunKey;
import io.syncnorm.config.Configuration;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.RankRows;
import io.syncnorm.train.state.FirstStepReport;
import io.syncnorm.train.state.Position;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests ranks that neither answer others nor end, like those of a stopped executor. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SilentRanksTest {
  private static final int WORLD = 2;
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  /** How long ranks may take to end if none has timed out. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** One second of silence, and as much for a busy machine. */
  private static final double MOST_SECONDS = 2;

  /** Eight parts, which together take longer than ranks may be silent. */
  private static final int REPORT_BYTES = 1 << 19;

  private static final int PART_MILLIS = 400;

  private static final RankFailure TIMED_OUT =
      new RankFailure(1, RankFailure.Kind.TIMED_OUT, "no answer", "");

  /** Static, so that ranks reach it in local mode. */
  private static final CountDownLatch OVER = new CountDownLatch(1);

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start("SilentRanksTest", 2);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  /** It has had the whole deadline to answer. The next attempt has the other slot. */
  @Test
  void shouldNotHoldTheNextAttempt() {
    ProgramWork work =
        new ProgramWork(
            RankRows.none(WORLD),
            attempt -> attempt == 1 ? SilentRanksTest::hang : SilentRanksTest::step);
    ScriptedHosts hosts = new ScriptedHosts(2, 1);
    try {
      new RankStage(spark, Configuration.defaults(), PATIENCE, world -> hosts).run(work);
    } finally {
      OVER.countDown();
    }
    assertEquals(2, work.hosts().size(), work.hosts().toString());
    double ending = work.hosts().get(1).pause().endingSeconds();
    assertTrue(ending < MOST_SECONDS, work.hosts().toString());
  }

  /** It takes longer than ranks may be silent. */
  @Test
  void shouldNotPreventAReportThatIsOnItsWay() throws Exception {
    List<Long> lengths = new CopyOnWriteArrayList<>();
    try (Storage storage = new Storage(() -> {});
        Attempt attempt =
            new Attempt(
                spark,
                RunKey.random(),
                WORLD,
                PATIENCE,
                REPORT_BYTES,
                (rank, report) -> lengths.add(report.length()),
                storage);
        SlowRoad road = new SlowRoad(attempt.port())) {
      CompletableFuture<Void> waiting =
          CompletableFuture.runAsync(
              () -> {
                try (Membership rank = join(attempt, 1, road)) {
                  rank.fail(TIMED_OUT.encode());
                }
              });
      try (Membership rank = join(attempt, 0, road)) {
        waiting.get();
        road.slowDown(PART_MILLIS);
        rank.report(new byte[REPORT_BYTES]);
        attempt.awaitEnd(() -> 0, PATIENCE);
      }
    }
    assertEquals(List.of((long) REPORT_BYTES), lengths);
  }

  private static Membership join(Attempt attempt, int rank, SlowRoad road) {
    return Membership.join(
        attempt.host(),
        road.port(),
        attempt.key(),
        rank,
        WORLD,
        InetAddress.getLoopbackAddress(),
        PATIENCE);
  }

  private static void hang(Membership membership, Object rows) {
    step(membership, rows);
    if (membership.communicator().rank() == 1) {
      while (OVER.getCount() > 0) { // ignores interrupts
        Thread.onSpinWait();
      }
    }
    membership.communicator().awaitLoaded(DEADLINE);
  }

  private static void step(Membership membership, Object rows) {
    if (membership.communicator().rank() == 0) {
      membership.report(FirstStepReport.encode(new Position(0, 1)));
    }
    membership.communicator().awaitLoaded(DEADLINE);
  }
}
