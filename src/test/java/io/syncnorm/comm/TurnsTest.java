package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.TestWorld.RankBody;
import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ranks of a host compute one at a time, and none waits for a turn that does not come. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class TurnsTest {
  private static final Duration PATIENT = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Layout FOUR = Layout.of(0, 0, 0, 0).hosts(4);

  static Stream<Layout> layouts() {
    return Stream.of(
        Layout.of(0, 0).hosts(2),
        FOUR,
        Layout.of(0, 0, 0, 0, 0).hosts(3, 2),
        Layout.of(0, 0, 1, 1).hosts(2, 2),
        Layout.of(0, 0, 0, 1, 1, 1, 0, 0).hosts(3, 3, 2));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldLetOneRankOfAHostComputeAtATime(Layout layout) throws Exception {
    Map<RankGroup, AtomicInteger> computing = new ConcurrentHashMap<>();
    Map<RankGroup, AtomicInteger> most = new ConcurrentHashMap<>();
    RankBody<Void> body =
        communicator -> {
          RankGroup host = layout.hostOf(communicator.rank());
          AtomicInteger now = computing.computeIfAbsent(host, key -> new AtomicInteger());
          Runnable compute =
              () -> {
                int ranks = now.incrementAndGet();
                most.computeIfAbsent(host, key -> new AtomicInteger())
                    .accumulateAndGet(ranks, Math::max);
                spin(TimeUnit.MICROSECONDS.toNanos(200));
                now.decrementAndGet();
              };
          compute.run(); // loading
          communicator.awaitLoaded(PATIENT);
          for (int step = 0; step < 100; step++) {
            compute.run();
            exchange(communicator, step);
            compute.run();
            communicator.weightedMean(
                Tag.of(1, step, 0, Kind.AVERAGING), List.of(new float[] {1, 2, 3}), 1);
          }
          compute.run();
          return null;
        };
    TestWorld.run(layout, PATIENT, body);
    assertEquals(layout.hosts().size(), most.size());
    most.forEach((host, ranks) -> assertEquals(1, ranks.get(), host.toString()));
  }

  /** A rank's time from when it first has its turn until it last has it. */
  private record Span(RankGroup host, long start, long end, long runningNanos) {}

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldDivideTheTimeOfAHostAmongItsRanks(Layout layout) throws Exception {
    List<Span> spans =
        TestWorld.run(
            layout,
            PATIENT,
            communicator -> {
              assertEquals(layout.hosts().size(), communicator.hosts());
              communicator.awaitLoaded(PATIENT);
              long start = System.nanoTime();
              long running = communicator.runningNanos();
              Communicator.ExchangeTimes before = communicator.times();
              for (int step = 0; step < 100; step++) {
                spin(TimeUnit.MICROSECONDS.toNanos(200));
                exchange(communicator, step);
              }
              running = communicator.runningNanos() - running;
              long exchanging = communicator.times().exchangeNanos() - before.exchangeNanos();
              assertTrue(exchanging <= running, exchanging + " <= " + running);
              return new Span(
                  layout.hostOf(communicator.rank()), start, System.nanoTime(), running);
            });
    for (RankGroup host : layout.hosts()) {
      List<Span> own = spans.stream().filter(span -> span.host.equals(host)).toList();
      long start = own.stream().mapToLong(Span::start).min().orElseThrow();
      long end = own.stream().mapToLong(Span::end).max().orElseThrow();
      long running = own.stream().mapToLong(Span::runningNanos).sum();
      String found = running + " of " + (end - start) + " ns";
      assertTrue(running <= end - start, found);
      assertTrue(running >= 0.5 * (end - start), found);
    }
  }

  @Test
  void shouldNotTimeOutBecauseRanksOfAHostTakeTurns() throws Exception {
    TestWorld.run(
        FOUR,
        SHORT,
        communicator -> {
          for (int step = 0; step < 2; step++) {
            Thread.sleep(SHORT.toMillis() / 2); // two limits for the four ranks together
            exchange(communicator, step);
          }
          return null;
        });
  }

  @Test
  void shouldNameTheRankThatKeepsTheTurnAndTheLimitOfItsHost() {
    Queue<String> failures = new ConcurrentLinkedQueue<>();
    assertThrows(
        PeerException.class,
        () ->
            TestWorld.run(
                FOUR,
                SHORT,
                communicator -> {
                  exchange(communicator, 0);
                  if (communicator.rank() == 2) {
                    Thread.sleep(20_000);
                  }
                  try {
                    exchange(communicator, 1);
                  } catch (PeerException e) {
                    failures.add(e.getMessage());
                    throw e;
                  }
                  return null;
                }));
    String first = failures.element();
    String start =
        "no answer within 4 x training.wait-timeout = 300 ms (4 ranks share a slot) at epoch 1,"
            + " step 1, layer 0, forward: ";
    assertTrue(first.startsWith(start), first);
    assertTrue(
        first.contains("rank 2 is late, last seen at epoch 1, step 0, layer 0, forward"), first);
  }

  /** Rank 1 waits for its first turn, which lasts as long as rank 0 loads its rows. */
  @Test
  void shouldWaitForTheFirstTurnLongerThanForAnExchange() throws Exception {
    TestWorld.run(
        Layout.of(0, 0).hosts(2),
        SHORT,
        communicator -> {
          if (communicator.rank() == 0) {
            Thread.sleep(4 * SHORT.toMillis());
          }
          communicator.awaitLoaded(PATIENT);
          exchange(communicator, 0);
          return null;
        });
  }

  @Test
  void shouldPassTheTurnOfARankThatLeavesBeforeItHasRun() throws Exception {
    SharedMemoryWorld world = new SharedMemoryWorld(3, List.of(RankGroup.all(3)), PATIENT);
    world.leave(0);
    world.takeTurn(1, PATIENT);
    world.leave(2);
    PeerException left =
        assertThrows(PeerException.class, () -> exchange(world.communicator(1), 0));
    assertEquals(
        "rank 0 closed its communicator while others wait at epoch 1, step 0, layer 0, forward",
        left.getMessage());
  }

  @Test
  void shouldNotStartARankWhoseWorldHasFailed() {
    SharedMemoryWorld world = new SharedMemoryWorld(2, List.of(RankGroup.all(2)), PATIENT);
    world.abort(0, new PeerException("stopped"));
    assertEquals(
        "stopped",
        assertThrows(PeerException.class, () -> world.takeTurn(1, PATIENT)).getMessage());
  }

  @Test
  void shouldNameTheRankThatLoadsTooLong() {
    SharedMemoryWorld world = new SharedMemoryWorld(3, List.of(RankGroup.all(3)), PATIENT);
    assertEquals(
        "no answer within 3 x training.load-timeout = 300 ms (3 ranks share a slot) at the end of"
            + " loading: rank 0 is late, never seen",
        assertThrows(PeerException.class, () -> world.takeTurn(2, SHORT)).getMessage());
  }

  /** Ends a rank in the middle of an exchange or between exchanges, in every way. */
  private enum End {
    THROW,
    ABORT,
    INTERRUPT,
    RETURN
  }

  static Stream<End> ends() {
    return Stream.of(End.values());
  }

  @ParameterizedTest
  @MethodSource("ends")
  void shouldNeverStrandTheOtherRanks(End end) throws Exception {
    Random random = new Random(17);
    for (int round = 0; round < 12; round++) {
      for (Layout layout : layouts().toList()) {
        int victim = random.nextInt(layout.world());
        int lastStep = random.nextInt(20);
        assertAllEnd(layout, victim, lastStep, end);
      }
    }
  }

  private static void assertAllEnd(Layout layout, int victim, int lastStep, End end)
      throws Exception {
    try (TestWorld world = new TestWorld(layout, PATIENT)) {
      List<Future<Void>> ranks = new ArrayList<>();
      CountDownLatch running = new CountDownLatch(1);
      for (int rank = 0; rank < layout.world(); rank++) {
        ranks.add(
            world.start(
                rank,
                communicator -> {
                  for (int step = 0; step < Integer.MAX_VALUE; step++) {
                    if (communicator.rank() == victim && step == lastStep) {
                      running.countDown();
                      if (end == End.ABORT) {
                        communicator.abort(new IllegalStateException("on purpose"));
                      }
                      if (end == End.THROW) {
                        throw new IllegalStateException("on purpose");
                      }
                      if (end == End.RETURN) {
                        return null;
                      }
                    }
                    exchange(communicator, step);
                  }
                  return null;
                }));
      }
      assertTrue(running.await(20, TimeUnit.SECONDS), "the world runs");
      if (end == End.INTERRUPT) {
        ranks.get(victim).cancel(true);
      }
      for (int rank = 0; rank < layout.world(); rank++) {
        Future<Void> ended = ranks.get(rank);
        if (rank != victim) {
          ExecutionException failure =
              assertThrows(ExecutionException.class, () -> ended.get(20, TimeUnit.SECONDS));
          assertEquals(PeerException.class, failure.getCause().getClass());
        }
      }
    }
  }

  private static void exchange(Communicator communicator, int step) {
    communicator.allReduce(Tag.of(1, step, 0, Kind.FORWARD), new double[] {1}, TestWorld::sum);
  }

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
