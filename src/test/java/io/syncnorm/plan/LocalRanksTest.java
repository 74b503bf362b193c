package io.syncnorm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LocalRanksTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long TAG = Tag.of(1, 0, 0, Tag.Kind.FORWARD);

  @Test
  void shouldExchangeBetweenAllRanks() {
    AtomicInteger sums = new AtomicInteger();
    LocalRanks.run(
        RankGroup.each(3),
        PATIENCE,
        communicator -> {
          double[] values = {communicator.rank() + 1};
          communicator.allReduce(TAG, values, Communicator.SUM);
          sums.addAndGet((int) values[0]);
        });
    assertEquals(3 * (1 + 2 + 3), sums.get());
  }

  /** A rank that ran beside another of its host would find it computing. */
  @Test
  void shouldLetTheRanksOfAHostRunInTurns() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    LocalRanks.run(
        List.of(new RankGroup(0, 3)),
        PATIENCE,
        communicator -> {
          for (int i = 0; i < 100; i++) {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            running.decrementAndGet();
            communicator.allReduce(TAG, new double[1], Communicator.SUM);
          }
        });
    assertEquals(1, most.get());
  }

  @Test
  void shouldThrowTheFailureThatMadeTheOthersFail() {
    OutOfMemoryError broken = new OutOfMemoryError("thrown by a test");
    OutOfMemoryError thrown =
        assertThrows(
            OutOfMemoryError.class,
            () ->
                LocalRanks.run(
                    RankGroup.each(3),
                    PATIENCE,
                    communicator -> {
                      if (communicator.rank() == 1) {
                        throw broken;
                      }
                      communicator.allReduce(TAG, new double[1], Communicator.SUM);
                    }));
    assertSame(broken, thrown);
  }
}
