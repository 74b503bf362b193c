package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a rank does while it waits in an exchange. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class MeanwhileTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final long WORK_MILLIS = 100;

  /** Rank 0 waits for others; in the last two its process waits for several others. */
  static Stream<Layout> layouts() {
    return Stream.of(
        Layout.of(0, 0), Layout.of(0, 1), Layout.of(0, 1, 2, 3), Layout.of(0, 0, 1, 1, 2, 2));
  }

  static Stream<Layout> pairs() {
    return Stream.of(Layout.of(0, 0), Layout.of(0, 1));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldWorkOnTheThreadOfTheRankUntilTheOthersArrive(Layout layout) throws Exception {
    CountDownLatch worked = new CountDownLatch(1);
    List<Double> sums =
        TestWorld.run(
            layout,
            PATIENT,
            communicator -> {
              Thread own = Thread.currentThread();
              int[] parts = {3};
              if (communicator.rank() != 0) {
                assertTrue(worked.await(PATIENT.toSeconds(), TimeUnit.SECONDS));
              }
              return sum(
                  communicator,
                  0,
                  () -> {
                    assertSame(own, Thread.currentThread());
                    parts[0]--;
                    if (communicator.rank() == 0 && parts[0] == 0) {
                      worked.countDown();
                    }
                    return parts[0] > 0;
                  });
            });
    double expected = layout.world() * (layout.world() + 1) / 2.0;
    sums.forEach(sum -> assertEquals(expected, sum));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldNotChangeAnyResult(Layout layout) throws Exception {
    double expected = layout.world() * (layout.world() + 1) / 2.0;
    TestWorld.run(
        layout,
        PATIENT,
        communicator -> {
          Random random = new Random(communicator.rank());
          for (int step = 0; step < 500; step++) {
            int[] parts = {random.nextInt(4)};
            assertEquals(expected, sum(communicator, step, () -> work(parts)), "step " + step);
          }
          return null;
        });
  }

  private static boolean work(int[] parts) {
    Thread.onSpinWait();
    return --parts[0] > 0;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldNotCountWorkAsTimeOfTheExchange(Layout layout) throws Exception {
    CountDownLatch worked = new CountDownLatch(1);
    TestWorld.run(
        layout,
        PATIENT,
        communicator -> {
          if (communicator.rank() == 1) {
            assertTrue(worked.await(PATIENT.toSeconds(), TimeUnit.SECONDS));
            return sum(communicator, 0, Communicator.NOTHING);
          }
          Communicator.ExchangeTimes before = communicator.times();
          long start = communicator.runningNanos();
          double sum =
              sum(
                  communicator,
                  0,
                  () -> {
                    sleep();
                    worked.countDown();
                    return false;
                  });
          long all = communicator.runningNanos() - start;
          Communicator.ExchangeTimes after = communicator.times();
          long work = TimeUnit.MILLISECONDS.toNanos(WORK_MILLIS);
          assertTrue(all - (after.exchangeNanos() - before.exchangeNanos()) >= work);
          assertTrue(all - (after.waitNanos() - before.waitNanos()) >= work);
          assertTrue(after.waitNanos() >= before.waitNanos());
          return sum;
        });
  }

  private static void sleep() {
    try {
      Thread.sleep(WORK_MILLIS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldThrowWhatWorkThrowsAndEndTheOthers(Layout layout) throws Exception {
    IllegalStateException broken = new IllegalStateException("broken");
    CountDownLatch failed = new CountDownLatch(1);
    try (TestWorld world = new TestWorld(layout, PATIENT)) {
      Future<Double> waiting =
          world.start(
              0,
              communicator -> {
                try {
                  return sum(
                      communicator,
                      0,
                      () -> {
                        throw broken;
                      });
                } finally {
                  failed.countDown();
                }
              });
      Future<Double> other =
          world.start(
              1,
              communicator -> {
                assertTrue(failed.await(PATIENT.toSeconds(), TimeUnit.SECONDS));
                sum(communicator, 0, Communicator.NOTHING); // may be complete: rank 0 has arrived
                return sum(communicator, 1, Communicator.NOTHING);
              });
      assertSame(broken, assertThrows(ExecutionException.class, waiting::get).getCause());
      assertInstanceOf(
          PeerException.class, assertThrows(ExecutionException.class, other::get).getCause());
    }
  }

  @Test
  void shouldNoticeAFailureAfterItsWork() {
    IllegalStateException cause = new IllegalStateException("disk on fire");
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch aborted = new CountDownLatch(1);
    PeerException failure =
        assertThrows(
            PeerException.class,
            () ->
                TestWorld.run(
                    Layout.of(0, 0),
                    PATIENT,
                    communicator -> {
                      if (communicator.rank() == 0) {
                        return sum(
                            communicator,
                            0,
                            () -> {
                              working.countDown();
                              awaitUnchecked(aborted);
                              return false;
                            });
                      }
                      awaitUnchecked(working);
                      communicator.abort(cause);
                      aborted.countDown();
                      return 0.0;
                    }));
    assertSame(cause, failure.getCause());
  }

  private static void awaitUnchecked(CountDownLatch latch) {
    try {
      assertTrue(latch.await(PATIENT.toSeconds(), TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldWaitForTheDeadlineAfterItsWork(Layout layout) {
    int[] parts = {3};
    CountDownLatch over = new CountDownLatch(1);
    PeerException late =
        assertThrows(
            PeerException.class,
            () ->
                TestWorld.run(
                    layout,
                    SHORT,
                    communicator -> {
                      if (communicator.rank() == 1) {
                        awaitUnchecked(over);
                        return 0.0;
                      }
                      try {
                        return sum(communicator, 0, () -> work(parts));
                      } finally {
                        over.countDown();
                      }
                    }));
    assertEquals(0, parts[0]);
    assertTrue(
        late.getMessage().startsWith("no answer within training.wait-timeout = 300 ms"),
        late.getMessage());
  }

  private static double sum(Communicator communicator, int step, BooleanSupplier meanwhile) {
    double[] values = {communicator.rank() + 1};
    communicator.allReduce(
        Tag.of(1, step, 0, Kind.FORWARD),
        values,
        RankGroup.all(communicator.world()),
        Communicator.SUM,
        meanwhile);
    return values[0];
  }
}
