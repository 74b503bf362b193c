package io.syncnorm.data.idx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadAheadTest {
  private static final long DEADLINE_SECONDS = 10;

  private final CountDownLatch reading = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch freed = new CountDownLatch(1);

  @AfterEach
  void release() {
    released.countDown();
    Thread.interrupted(); // no test may interrupt the next one
  }

  @Test
  void shouldReadAllElementsInOrderAndFreeThem() {
    try (ReadAhead<Integer> ahead =
        new ReadAhead<>(List.of(1, 2, 3).iterator(), freed::countDown)) {
      for (int expected = 1; expected <= 3; expected++) {
        assertTrue(ahead.hasNext());
        assertEquals(expected, ahead.next());
      }
      assertFalse(ahead.hasNext());
      assertThrows(NoSuchElementException.class, ahead::next);
      assertEquals(1, freed.getCount());
    }
    assertEquals(0, freed.getCount());
  }

  @Test
  void shouldReadTheNextElementWhileOneIsUsed() throws Exception {
    try (ReadAhead<Integer> ahead = new ReadAhead<>(held(1), freed::countDown)) {
      assertEquals(0, ahead.next());
      assertTrue(reading.await(DEADLINE_SECONDS, TimeUnit.SECONDS), "nobody asked for it");
      released.countDown();
      assertEquals(1, ahead.next());
    }
  }

  @Test
  void shouldThrowWhatTheElementsThrowAndStillFreeThem() {
    for (Throwable failure :
        List.of(new IllegalStateException("torn"), new AssertionError("bug"))) {
      CountDownLatch own = new CountDownLatch(1);
      try (ReadAhead<Integer> ahead = new ReadAhead<>(failing(failure), own::countDown)) {
        assertEquals(0, ahead.next());
        assertSame(failure, assertThrows(Throwable.class, ahead::hasNext));
        assertSame(failure, assertThrows(Throwable.class, ahead::next));
      }
      assertEquals(0, own.getCount());
    }
    RuntimeException busy = new IllegalStateException("busy");
    ReadAhead<Integer> unfreed =
        new ReadAhead<>(
            List.of(1).iterator(),
            () -> {
              throw busy;
            });
    assertSame(busy, assertThrows(IllegalStateException.class, unfreed::close));
  }

  @Test
  void shouldFreeTheElementsOnlyAfterTheReadThatIsUnderWay() throws Exception {
    ReadAhead<Integer> ahead = new ReadAhead<>(held(0), freed::countDown);
    assertTrue(reading.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
    CompletableFuture<Void> closing = CompletableFuture.runAsync(ahead::close);
    assertFalse(freed.await(100, TimeUnit.MILLISECONDS), "freed while they are read");
    assertFalse(closing.isDone());
    released.countDown();
    closing.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    assertEquals(0, freed.getCount());
  }

  /** As Spark ends a task: its thread is interrupted, and then the elements are closed. */
  @Test
  void shouldCancelAnInterruptedReaderAndStillFreeTheElements() throws Exception {
    ReadAhead<Integer> ahead = new ReadAhead<>(held(0), freed::countDown);
    assertTrue(reading.await(DEADLINE_SECONDS, TimeUnit.SECONDS));
    CompletableFuture<List<Object>> outcome = new CompletableFuture<>();
    Thread task =
        new Thread(
            () -> {
              RuntimeException read = assertThrows(RuntimeException.class, ahead::hasNext);
              boolean isInterrupted = Thread.currentThread().isInterrupted();
              RuntimeException closed = assertThrows(RuntimeException.class, ahead::close);
              outcome.complete(List.of(read, isInterrupted, closed));
            });
    task.start();
    task.interrupt();
    List<Object> found = outcome.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    assertInstanceOf(CancellationException.class, found.get(0));
    assertEquals(true, found.get(1), "the interrupt must be restored");
    assertInstanceOf(CancellationException.class, found.get(2));
    assertEquals(1, freed.getCount(), "freed while they are read");
    released.countDown();
    assertTrue(freed.await(DEADLINE_SECONDS, TimeUnit.SECONDS), "the elements are not freed");
  }

  /** Elements from 0 on, one of which waits to be released. */
  private Iterator<Integer> held(int which) {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < which + 2;
      }

      @Override
      public Integer next() {
        if (next == which) {
          reading.countDown();
          try {
            released.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while reading", e);
          }
        }
        return next++;
      }
    };
  }

  /** One element, then a failure. */
  private static Iterator<Integer> failing(Throwable failure) {
    return new Iterator<>() {
      private boolean isRead;

      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Integer next() {
        if (!isRead) {
          isRead = true;
          return 0;
        }
        if (failure instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) failure;
      }
    };
  }
}
