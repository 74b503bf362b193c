package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages of every communicator about a rank that fails, leaves or is late. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CommunicatorFailureTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(300);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void shouldNameTheLateRankAndItsLastExchange() {
    long start = System.nanoTime();
    PeerException late =
        assertThrows(
            PeerException.class,
            () ->
                TestWorld.run(
                    Layout.of(0, 0),
                    SHORT,
                    communicator -> {
                      double[] values = {1};
                      communicator.allReduce(
                          Tag.of(3, 17, 0, Kind.FORWARD), values, TestWorld::sum);
                      if (communicator.rank() == 1) {
                        Thread.sleep(5_000);
                      }
                      communicator.allReduce(
                          Tag.of(3, 17, 1, Kind.BACKWARD), values, TestWorld::sum);
                      return null;
                    }));
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertEquals(
        "no answer within training.wait-timeout = 300 ms at epoch 3, step 17, layer 1, backward:"
            + " rank 1 is late, last seen at epoch 3, step 17, layer 0, forward",
        late.getMessage());
    assertTrue(millis >= 300 && millis < 3_000, "took " + millis + " ms");
  }

  @Test
  void shouldNotifyOtherRanksOfAFailureAtOnceWithItsCause() {
    IllegalStateException cause = new IllegalStateException("disk on fire");
    long start = System.nanoTime();
    PeerException failed =
        assertThrows(
            PeerException.class,
            () ->
                TestWorld.run(
                    Layout.of(0, 1, 0),
                    PATIENT,
                    communicator -> {
                      if (communicator.rank() == 2) {
                        Thread.sleep(50);
                        communicator.abort(cause);
                        communicator.abort(new IllegalStateException("a consequence"));
                        return null;
                      }
                      communicator.allReduce(
                          Tag.of(1, 4, 0, Kind.FORWARD), new double[] {1}, TestWorld::sum);
                      return null;
                    }));
    assertSame(cause, failed.getCause());
    assertEquals(
        "rank 2 failed while others waited at epoch 1, step 4, layer 0, forward: " + cause,
        failed.getMessage());
    assertTrue(System.nanoTime() - start < PATIENT.toNanos() / 3);
  }

  @Test
  void shouldNoticeARankThatLeaves() {
    PeerException left =
        assertThrows(
            PeerException.class,
            () ->
                TestWorld.run(
                    Layout.of(0, 0),
                    PATIENT,
                    communicator -> {
                      if (communicator.rank() == 0) {
                        communicator.allReduce(
                            Tag.of(2, 9, 0, Kind.EVALUATION), new double[] {1}, TestWorld::sum);
                      }
                      return null;
                    }));
    assertEquals(
        "rank 1 closed its communicator while others wait at epoch 2, step 9, evaluation",
        left.getMessage());
  }

  @Test
  void shouldNameTheExecutorThatDoesNotRespond() {
    PeerException late =
        assertThrows(
            PeerException.class,
            () ->
                TestWorld.run(
                    Layout.of(0, 1, 1),
                    SHORT,
                    communicator -> {
                      if (communicator.rank() > 0) {
                        Thread.sleep(5_000);
                      }
                      communicator.allReduce(
                          Tag.of(3, 17, 1, Kind.BACKWARD), new double[] {1}, TestWorld::sum);
                      return null;
                    }));
    assertEquals(
        "no answer within training.wait-timeout = 300 ms at epoch 3, step 17, layer 1, backward:"
            + " waiting for the executor of ranks [1, 2] at 127.0.0.1",
        late.getMessage());
  }

  @Test
  void shouldNoticeAnExecutorThatCloses() {
    long start = System.nanoTime();
    PeerException gone =
        assertThrows(
            PeerException.class,
            () ->
                TestWorld.run(
                    Layout.of(0, 1),
                    PATIENT,
                    communicator -> {
                      if (communicator.rank() == 0) {
                        communicator.allReduce(
                            Tag.of(2, 9, 0, Kind.FORWARD), new double[] {1}, TestWorld::sum);
                      }
                      return null;
                    }));
    assertTrue(
        gone.getMessage()
            .startsWith(
                "the executor of ranks [1] at 127.0.0.1 closed the connection at epoch 2, step 9"),
        gone.getMessage());
    assertTrue(System.nanoTime() - start < PATIENT.toNanos() / 3);
  }

  static Stream<Layout> pairs() {
    return Stream.of(Layout.of(0, 0), Layout.of(0, 1));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldNameBothSidesOfAMismatch(Layout layout) {
    PeerException mismatch =
        assertThrows(
            PeerException.class,
            () ->
                TestWorld.run(
                    layout,
                    PATIENT,
                    communicator -> {
                      communicator.allReduce(
                          Tag.of(1, communicator.rank(), 0, Kind.FORWARD),
                          new double[] {1},
                          TestWorld::sum);
                      return null;
                    }));
    assertTrue(mismatch.getMessage().contains("epoch 1, step 0"), mismatch.getMessage());
    assertTrue(mismatch.getMessage().contains("epoch 1, step 1"), mismatch.getMessage());
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldWaitForRowsToLoadLongerThanForAnExchange(Layout layout) throws Exception {
    List<Double> sums =
        TestWorld.run(
            layout,
            SHORT,
            communicator -> {
              if (communicator.rank() == 1) {
                Thread.sleep(2 * SHORT.toMillis());
              }
              communicator.awaitLoaded(PATIENT);
              double[] values = {1};
              communicator.allReduce(Tag.of(1, 0, 0, Kind.FORWARD), values, TestWorld::sum);
              return values[0];
            });
    assertEquals(List.of(2.0, 2.0), sums);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void shouldNameTheDeadlineThatASlowLoadingRankMissed(Layout layout) {
    PeerException late =
        assertThrows(
            PeerException.class,
            () ->
                TestWorld.run(
                    layout,
                    PATIENT,
                    communicator -> {
                      if (communicator.rank() == 1) {
                        Thread.sleep(5_000);
                      }
                      communicator.awaitLoaded(SHORT);
                      return null;
                    }));
    String start = "no answer within training.load-timeout = 300 ms at the end of loading: ";
    assertTrue(late.getMessage().startsWith(start), late.getMessage());
  }

  @Test
  void shouldStopWaitingWhenInterrupted() throws Exception {
    SharedMemoryWorld world = new SharedMemoryWorld(2, PATIENT);
    Future<?> waiting =
        threads.submit(
            () -> {
              try {
                world
                    .communicator(0)
                    .allReduce(Tag.of(1, 0, 0, Kind.FORWARD), new double[] {1}, TestWorld::sum);
              } catch (PeerException e) {
                assertTrue(Thread.currentThread().isInterrupted(), "the interrupt is restored");
                throw e;
              }
            });
    Thread.sleep(50);
    threads.shutdownNow();
    ExecutionException stopped =
        assertThrows(ExecutionException.class, () -> waiting.get(5, TimeUnit.SECONDS));
    assertEquals(
        "interrupted while waiting at epoch 1, step 0, layer 0, forward",
        stopped.getCause().getMessage());
  }
}
