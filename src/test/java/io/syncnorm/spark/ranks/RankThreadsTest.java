package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.fold.RankGroup;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that a host's ranks start, fail and end together. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class RankThreadsTest {
  private static final RankGroup BLOCK = new RankGroup(3, 6);

  @Test
  void shouldRunEachRankOnAThreadOfItsOwn() {
    Map<Integer, Thread> threads = new ConcurrentHashMap<>();
    new RankThreads(BLOCK).run((rank, ranks) -> threads.put(rank, Thread.currentThread()));
    assertEquals(Set.of(3, 4, 5), threads.keySet());
    assertEquals(3, Set.copyOf(threads.values()).size());
  }

  @Test
  void shouldRunASingleRankOnTheTasksThread() {
    Thread[] used = new Thread[1];
    new RankThreads(new RankGroup(3, 4)).run((rank, ranks) -> used[0] = Thread.currentThread());
    assertSame(Thread.currentThread(), used[0]);
  }

  /** As a rank that waits in a user's own code does not notice that another one has failed. */
  @Test
  void shouldThrowTheFirstFailureAndEndTheOtherRanks() {
    IllegalStateException cause = new IllegalStateException("no such block");
    AtomicInteger interrupted = new AtomicInteger();
    RuntimeException thrown =
        assertThrows(
            RuntimeException.class,
            () ->
                new RankThreads(BLOCK)
                    .run(
                        (rank, ranks) -> {
                          if (rank == 4) {
                            throw cause;
                          }
                          sleep();
                          assertTrue(ranks.haveBeenInterrupted());
                          interrupted.incrementAndGet();
                          throw new IllegalStateException("a consequence");
                        }));
    assertSame(cause, thrown);
    assertEquals(2, interrupted.get());
  }

  @Test
  void shouldInterruptAllRanksWithTheirTask() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(3);
    AtomicInteger ended = new AtomicInteger();
    AtomicBoolean isKept = new AtomicBoolean();
    Thread task =
        new Thread(
            () -> {
              new RankThreads(BLOCK)
                  .run(
                      (rank, ranks) -> {
                        running.countDown();
                        sleep();
                        ended.incrementAndGet();
                      });
              isKept.set(Thread.currentThread().isInterrupted());
            });
    task.start();
    running.await();
    task.interrupt();
    task.join();
    assertEquals(3, ended.get());
    assertTrue(isKept.get(), "the interrupt flag must stay set");
  }

  /** Sleeps until it is interrupted. */
  private static void sleep() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
