package io.syncnorm.comm.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.fold.Neighbours;
import io.syncnorm.comm.fold.Placement;
import io.syncnorm.comm.fold.RankGroups;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A world of 1,024 processes that all come within 50 ms, at a round trip of 10 ms: they join at the
 * driver, receive the addresses of all, and connect to their neighbours.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ManyProcessesTest {
  private static final int PROCESSES = 1024;
  private static final long MILLI = 1_000_000;
  private static final long ARRIVING = 50 * MILLI;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What a listener's thread takes on a slow core: a system call or two; those and a proof. */
  private static final long ACCEPT_NANOS = 20_000;

  private static final long STEP_NANOS = 50_000;

  /** The driver sends all addresses to each process, at 10 Gb/s. */
  private static final long MEMBERS_NANOS = (long) (PROCESSES * 80 / 1.25);

  private final List<Executor> executors = new ArrayList<>();
  private SimulatedWire wire;
  private SimulatedWire.Host driver;
  private int joined;
  private int connected;
  private int connections;
  private long connectedAt;

  /**
   * @param queue connections that a system holds for a listener: Linux allows 4,096, before version
   *     5.4 it allowed 128
   * @param places unauthenticated connections that a listener has room for
   * @param visitors unauthenticated connections to the driver, in the first half second
   * @param repeats whether members have to try more than once
   * @param most milliseconds from the first one's arrival until all are connected
   */
  @ParameterizedTest
  @CsvSource({
    "4096, 1024,     0, false,  260",
    " 128, 1024,     0, false, 1200",
    "4096,   64,     0,  true, 1800",
    "4096, 1024, 10000,  true, 1100"
  })
  void shouldConnectAll(int queue, int places, int visitors, boolean repeats, long most) {
    wire =
        new SimulatedWire(
            new SimulatedWire.Network(5 * MILLI, ACCEPT_NANOS, STEP_NANOS, queue, places));
    driver = wire.new Host(index -> join());
    Neighbours neighbours =
        new Neighbours(
            new Placement(IntStream.range(0, PROCESSES).toArray()), RankGroups.ofAll(PROCESSES));
    IntStream.range(0, PROCESSES)
        .forEach(index -> executors.add(new Executor(index, neighbours.of(index))));
    SplittableRandom random = new SplittableRandom(1);
    for (Executor executor : executors) {
      wire.after(random.nextLong(ARRIVING), executor::joinDriver);
    }
    for (int i = 0; i < visitors; i++) {
      wire.after(random.nextLong(500 * MILLI), driver::visit);
    }
    wire.run();
    assertEquals(PROCESSES, joined);
    assertEquals(PROCESSES, connected);
    assertEquals(PROCESSES * 10 / 2, connections); // 10 each, instead of 1,023
    assertTrue(connectedAt <= most * MILLI, "milliseconds=" + connectedAt / MILLI);
    assertEquals(repeats, wire.attempts() > PROCESSES + connections);
  }

  /** The driver has accepted one more process. */
  private void join() {
    joined++;
    if (joined == PROCESSES) {
      for (Executor executor : executors) {
        wire.after((executor.index + 1) * MEMBERS_NANOS + 5 * MILLI, executor::connect);
      }
    }
  }

  /** A process of the world. */
  private final class Executor {
    private final int index;
    private final SortedSet<Integer> neighbours;
    private final SimulatedWire.Host host = wire.new Host(other -> connected());
    private int missing;

    Executor(int index, SortedSet<Integer> neighbours) {
      this.index = index;
      this.neighbours = neighbours;
      this.missing = neighbours.size();
    }

    void joinDriver() {
      wire.new Member(index, driver, PATIENCE, () -> {}).dial();
    }

    void connect() {
      for (int other : neighbours.headSet(index)) {
        connections++;
        wire.new Member(index, executors.get(other).host, PATIENCE, this::connected).dial();
      }
    }

    private void connected() {
      missing--;
      if (missing == 0) {
        connected++;
        connectedAt = wire.now();
      }
    }
  }
}
