package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.config.Period;
import io.syncnorm.train.EpochReport.Wish;
import io.syncnorm.train.state.FirstStepReport;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import io.syncnorm.train.state.StepTimeReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReportSenderTest {
  private static final Period EACH_STEP = new Period.EverySteps(1);

  /** The memory grows if reports are larger. */
  private static final long BYTES = 10;

  private static final int MOST = 1 << 24;

  private static final RankState SUMS =
      new RankState(new long[] {1, 2}, new double[] {3}, List.of(), new float[0]);
  private static final RankState OPTIMIZER =
      new RankState(new long[] {1, 2}, new double[0], List.of(new float[] {4}), new float[0]);

  private final Snapshot fresh = Snapshot.fresh(Worlds.configuration(), Worlds.INPUTS);
  private final BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
  private final CountDownLatch driverReads = new CountDownLatch(1);

  @Test
  void shouldNotHoldUpTrainingWhileTheDriverDoesNotRead() {
    try (ReportSender sender = sender(0, EACH_STEP, this::sendLate)) {
      assertTrue(wants(sender, new Position(0, 1)));
      sender.reached(fresh.at(new Position(0, 1)));
      sender.keeps(new Position(0, 1), SUMS);
      sender.await(); // returns: the model is encoded, and sums are no live arrays
      assertTrue(sent.isEmpty());
      assertFalse(wants(sender, new Position(0, 2)), "one at a time");

      driverReads.countDown();
      sender.flush();
      EpochReport received = EpochReport.decode(ReportBytes.of(sent.remove()), fresh, 2);
      assertEquals(new Position(0, 1), received.snapshot().position());
      assertTrue(wants(sender, new Position(0, 2)));
    }
  }

  /** The driver has read all of a model before the next one takes its memory. */
  @Test
  void shouldSendEachModelAsItWasReported() {
    try (ReportSender sender = sender(0, EACH_STEP, this::send)) {
      for (int step = 1; step <= 3; step++) {
        fresh.parameters()[0] = step;
        sender.reached(fresh.at(new Position(0, step)));
        sender.await();
      }
      sender.flush();
    }
    assertEquals(3, sent.size());
    for (int step = 1; step <= 3; step++) {
      Snapshot received = EpochReport.decode(ReportBytes.of(sent.remove()), fresh, 2).snapshot();
      assertEquals(new Position(0, step), received.position());
      assertEquals(step, received.parameters()[0]);
    }
  }

  /** A state is sent while it is encoded, so its arrays may not change before it is sent. */
  @Test
  void shouldWaitBeforeArraysChangeThatAreStillRead() throws InterruptedException {
    CountDownLatch changes = new CountDownLatch(1);
    try (ReportSender sender = sender(1, EACH_STEP, this::sendLate)) {
      sender.keeps(new Position(0, 1), OPTIMIZER);
      Thread training =
          new Thread(
              () -> {
                sender.await();
                changes.countDown();
              });
      training.start();
      assertFalse(changes.await(100, TimeUnit.MILLISECONDS));
      driverReads.countDown();
      assertTrue(changes.await(30, TimeUnit.SECONDS));
      training.join();
    }
  }

  @Test
  void shouldReportTheFirstStep() {
    try (ReportSender sender = sender(0, EACH_STEP, this::send)) {
      sender.began(new Position(2, 5));
      sender.flush();
      assertTrue(FirstStepReport.isFirstStep(sent.element()[0]));
      assertEquals(new Position(2, 5), FirstStepReport.position(sent.remove()));
    }
  }

  @Test
  void shouldReportHowLongStepsTake() {
    try (ReportSender sender = sender(0, EACH_STEP, this::send)) {
      sender.stepsTake(0.0125);
      sender.flush();
      assertTrue(StepTimeReport.isStepTime(sent.element()[0]));
      assertEquals(0.0125, StepTimeReport.secondsPerStep(sent.remove()));
    }
  }

  @Test
  void shouldSendTheLastSnapshotOfARankThatFails() {
    try (ReportSender sender = sender(0, EACH_STEP, this::send)) {
      sender.reached(fresh.at(new Position(2, 5)));
    }
    assertEquals(1, sent.size());
  }

  @Test
  void shouldFailTheRankIfTheDriverCannotBeReached() {
    IllegalStateException broken = new IllegalStateException("broken pipe");
    try (ReportSender sender =
        sender(
            0,
            EACH_STEP,
            report -> {
              throw broken;
            })) {
      sender.reached(fresh.at(new Position(0, 1)));
      sender.await();
      assertSame(broken, assertThrows(IllegalStateException.class, sender::flush));
    }
  }

  @Test
  void shouldWantModelsAsOftenAsConfigured() {
    Position later = new Position(0, 1_000_000);
    for (Period never :
        List.of(new Period.EveryEpochs(1), new Period.EveryTime(Duration.ofDays(1)))) {
      try (ReportSender sender = sender(0, never, this::send)) {
        assertFalse(wants(sender, later), never.toString());
      }
    }
    try (ReportSender sender = sender(0, new Period.EveryTime(Duration.ZERO), this::send)) {
      assertTrue(wants(sender, later));
    }
    try (ReportSender sender = sender(0, new Period.EverySteps(10), this::send)) {
      assertFalse(wants(sender, new Position(0, 9)));
      assertTrue(wants(sender, new Position(0, 10)));
      sender.reached(fresh.at(new Position(0, 12)));
      sender.flush();
      assertFalse(wants(sender, new Position(0, 21)));
      assertTrue(wants(sender, new Position(0, 22)));
      assertFalse(wants(sender, new Position(1, 9)), "counts from the end of an epoch");
      assertTrue(wants(sender, new Position(1, 10)));
    }
  }

  @Test
  void shouldWantAPauseAsSoonAsTheDriverDoes() {
    AtomicBoolean asked = new AtomicBoolean();
    Period never = new Period.EveryEpochs(1);
    try (ReportSender sender = new ReportSender(0, never, BYTES, this::sendLate, asked::get)) {
      sender.reached(fresh.at(new Position(0, 1)));
      assertEquals(Wish.NONE, sender.wish(new Position(0, 2)));
      asked.set(true);
      assertEquals(Wish.PAUSE, sender.wish(new Position(0, 3)), "also while a report is sent");
      driverReads.countDown();
    }
  }

  private static ReportSender sender(int rank, Period every, ReportSender.Driver driver) {
    return new ReportSender(rank, every, BYTES, driver, () -> false);
  }

  private static boolean wants(ReportSender sender, Position position) {
    return sender.wish(position) == Wish.REPORT;
  }

  private void send(ReportBytes report) {
    sent.add(report.toArray(MOST));
  }

  private void sendLate(ReportBytes report) {
    try {
      driverReads.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    send(report);
  }
}
