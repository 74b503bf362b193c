package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The driver's wish that ranks pause. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PauseTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);

  @Test
  void shouldReachRankZeroAnyNumberOfTimesBeforeAStop() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (TestWorld world = new TestWorld(Layout.of(0, 1), PATIENT)) {
      world.rendezvous.pause(); // no rank has joined
      Future<Membership> other = threads.submit(() -> world.join(1));
      try (Membership first = world.join(0);
          Membership second = other.get()) {
        assertFalse(first.isPauseAsked());
        while (!first.isPauseAsked()) {
          world.rendezvous.pause();
          Thread.sleep(1);
        }
        assertFalse(second.isPauseAsked());

        world.rendezvous.abort("told to");
        Future<?> stopped =
            threads.submit(
                () -> {
                  while (true) {
                    first
                        .communicator()
                        .allReduce(Tag.of(1, 0, 0, Kind.FORWARD), new double[1], TestWorld::sum);
                  }
                });
        String message =
            Assertions.assertThrows(ExecutionException.class, stopped::get).getCause().getMessage();
        assertTrue(message.contains("told to"), message);
      }
      assertEquals(List.of(), world.events);
    } finally {
      threads.shutdownNow();
    }
  }
}
