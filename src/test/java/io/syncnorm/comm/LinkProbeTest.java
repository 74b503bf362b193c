package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.LinkProbe.Effort;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.fold.LinkCost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LinkProbeTest {
  private static final Duration PATIENT = Duration.ofSeconds(60);

  /** A clock of whole nanoseconds, and differences over 7 messages. */
  private static final double ROUNDING = 2e-9;

  private static final Limit LIMIT = Limit.ofExchange(PATIENT, 1);

  /** A network without a neighbour, whose clock shows what a round costs. */
  private static final class CountedTransport implements Transport {
    private final LinkCost cost;
    private long nanos;

    CountedTransport(LinkCost cost) {
      this.cost = cost;
    }

    @Override
    public void round(long tag, Messages out, Messages in, Limit limit, BooleanSupplier meanwhile) {
      assertEquals(out.count(), in.count(), "messages out and in");
      double seconds = cost.latency();
      for (int i = 0; i < out.count(); i++) {
        int bytes = LinkCost.HEADER_BYTES + out.bytes(i).remaining();
        seconds += cost.overhead() + bytes / cost.bytesPerSecond();
      }
      nanos += Math.round(1e9 * seconds);
    }

    @Override
    public void wakeUp() {}

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({"27e-6, 3e-6, 1.25e9", "5e-6, 0, 1e8", "1e-3, 50e-6, 12.5e9"})
  void shouldFindWhatANetworkCosts(double latency, double overhead, double bytesPerSecond) {
    CountedTransport network =
        new CountedTransport(new LinkCost(latency, overhead, bytesPerSecond));
    for (Effort effort : List.of(Effort.QUICK, Effort.THOROUGH)) {
      LinkCost found =
          LinkProbe.cost(
              new LinkProbe(network, LIMIT, effort, () -> network.nanos).measure(Tag.LOADED, 1));
      assertEquals(latency, found.latency(), ROUNDING);
      // The header is a part of each message.
      assertEquals(overhead + LinkCost.HEADER_BYTES / bytesPerSecond, found.overhead(), ROUNDING);
      assertEquals(1, found.bytesPerSecond() / bytesPerSecond, 1e-3, "rounded nanoseconds");
    }
  }

  @Test
  void shouldMeasureTheConnectionOfTwoProcesses() throws Exception {
    List<Optional<LinkCost>> found = measure(Layout.of(0, 1));
    assertEquals(found.get(0), found.get(1), "ranks agree");
    LinkCost cost = found.get(0).orElseThrow();
    assertTrue(cost.latency() + cost.overhead() > 0, cost::toString);
    assertTrue(cost.bytesPerSecond() < Double.POSITIVE_INFINITY, cost::toString);
  }

  @Test
  void shouldFindNoConnectionInsideAProcess() throws Exception {
    assertEquals(List.of(Optional.empty(), Optional.empty()), measure(Layout.of(0, 0)));
  }

  @Test
  void shouldRefuseMoreThanTwoEnds() {
    ExecutionException failure =
        assertThrows(ExecutionException.class, () -> measure(Layout.of(0, 1, 2)));
    assertTrue(failure.getMessage().contains("expected world=2, found world=3"));
  }

  @Test
  void shouldNoticeThatTheOtherRankHasLeft() throws Exception {
    try (TestWorld world = new TestWorld(Layout.of(0, 1), PATIENT)) {
      Future<Object> leaving =
          world.start(
              1,
              communicator -> {
                communicator.awaitLoaded(PATIENT);
                return communicator;
              });
      try (Membership left = world.join(0)) {
        left.awaitTurn(PATIENT);
        left.communicator().awaitLoaded(PATIENT);
        leaving.get();
        assertThrows(PeerException.class, () -> LinkProbe.measure(left));
      }
    }
  }

  private static List<Optional<LinkCost>> measure(Layout layout) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(layout.world());
    try (TestWorld world = new TestWorld(layout, PATIENT)) {
      List<Future<Optional<LinkCost>>> ranks = new ArrayList<>();
      for (int rank = 0; rank < layout.world(); rank++) {
        int own = rank;
        ranks.add(
            threads.submit(
                () -> {
                  try (Membership membership = world.join(own)) {
                    membership.awaitTurn(PATIENT);
                    membership.communicator().awaitLoaded(PATIENT);
                    return LinkProbe.measure(membership);
                  }
                }));
      }
      List<Optional<LinkCost>> found = new ArrayList<>();
      for (Future<Optional<LinkCost>> rank : ranks) {
        found.add(rank.get());
      }
      return found;
    } finally {
      threads.shutdownNow();
    }
  }
}
