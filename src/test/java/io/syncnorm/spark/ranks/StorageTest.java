package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The storage of epochs that finish faster than they are stored. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class StorageTest {
  private static final long HALF_OF_ALL = 1 << 25;

  @Test
  void shouldStoreEverythingBeforeItIsClosed() {
    Backlog<String> backlog = new Backlog<>(dropped -> {});
    CountDownLatch slow = new CountDownLatch(1);
    List<String> stored = new ArrayList<>();
    Storage storage =
        new Storage(
            () -> {
              await(slow);
              for (var due = backlog.poll(); due.isPresent(); due = backlog.poll()) {
                stored.add(due.get().state());
              }
            });
    for (String state : List.of("1", "2", "3")) {
      backlog.add(state, 1, 1);
      storage.reported(); // returns at once although storing is slow
    }
    CompletableFuture<Void> closed = CompletableFuture.runAsync(storage::close);
    slow.countDown();
    closed.join();
    assertEquals(List.of("1", "2", "3"), stored);
  }

  @Test
  void shouldNotWaitForAStuckStoreWhenItsThreadIsInterrupted() {
    CountDownLatch never = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    Storage storage =
        new Storage(
            () -> {
              try {
                never.await();
              } catch (InterruptedException e) {
                interrupted.complete(true);
              }
            });
    storage.reported();
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, storage::close);
    assertTrue(Thread.interrupted(), "the interrupt flag stays set");
    assertTrue(interrupted.join());
  }

  @Test
  void shouldDropTheOldestStatesWhenMemoryIsShort() {
    Backlog<String> backlog = new Backlog<>(dropped -> {});
    for (String state : List.of("1", "2", "3", "4", "5")) {
      backlog.add(state, 1, HALF_OF_ALL);
    }
    assertEquals(Optional.of(new Backlog.Due<>("4", 4, HALF_OF_ALL)), backlog.poll());
    assertEquals(Optional.of(new Backlog.Due<>("5", 1, HALF_OF_ALL)), backlog.poll());
    assertEquals(Optional.empty(), backlog.poll());
    backlog.add("6", 1, 1);
    backlog.add("7", 1, 3 * HALF_OF_ALL);
    assertEquals(Optional.of(new Backlog.Due<>("7", 2, 3 * HALF_OF_ALL)), backlog.poll());
    backlog.add("8", 1, 1);
    assertEquals(Optional.of(new Backlog.Due<>("8", 1, 1)), backlog.poll());
  }

  @Test
  void shouldReportAFailureAtOnceAndOnlyOnce() {
    Error full = new OutOfMemoryError("of the disk's buffers");
    CompletableFuture<Throwable> reported = new CompletableFuture<>();
    try (Storage storage =
        new Storage(
            () -> {
              throw full;
            })) {
      storage.onFailure(reported::complete);
      storage.reported();
      assertSame(full, reported.join());
      assertTrue(storage.hasFailed());
      CompletableFuture<Throwable> reportedLater = new CompletableFuture<>();
      storage.onFailure(reportedLater::complete);
      assertSame(full, reportedLater.join());
      assertSame(full, assertThrows(Error.class, storage::throwFailure));
    }
  }

  @Test
  void shouldThrowAnUnreportedFailureWhenItIsClosed() {
    RuntimeException full = new IllegalStateException("disk full");
    Storage storage =
        new Storage(
            () -> {
              throw full;
            });
    storage.throwFailure();
    storage.reported();
    assertSame(full, assertThrows(RuntimeException.class, storage::close));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
