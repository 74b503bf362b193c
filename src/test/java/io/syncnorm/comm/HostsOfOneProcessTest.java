package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts of a process share its connection to the driver, also when one of them fails. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostsOfOneProcessTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final RankGroup FIRST = new RankGroup(0, 2);
  private static final RankGroup SECOND = new RankGroup(2, 4);
  private static final RankGroup THIRD = new RankGroup(4, 6);
  private static final Layout THREE_HOSTS = Layout.of(0, 0, 0, 0, 0, 0).hosts(2, 2, 2);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void shouldJoinWhenOneOfThemFailedBeforeItJoined() throws Exception {
    try (TestWorld world = new TestWorld(THREE_HOSTS, PATIENT)) {
      Future<Membership.Host> second = join(world, SECOND);
      awaitMissing(world, 0, 1, 4, 5);
      Thread.currentThread().interrupt();
      assertThrows(PeerException.class, () -> world.join(THIRD));
      assertTrue(Thread.interrupted(), "the interrupt is restored");

      Future<Membership.Host> third = join(world, THIRD);
      awaitMissing(world, 0, 1);
      try (Membership.Host first = world.join(FIRST);
          Membership.Host other = second.get();
          Membership.Host last = third.get()) {
        List<Membership.Host> hosts = List.of(first, other, last);
        List<Future<Double>> sums = new ArrayList<>();
        for (int rank = 0; rank < 6; rank++) {
          sums.add(threads.submit(sum(hosts.get(rank / 2).rank(rank))));
        }
        for (Future<Double> sum : sums) {
          assertEquals(0 + 1 + 2 + 3 + 4 + 5, sum.get());
        }
      }
      assertEquals(List.of(), world.events);
    }
  }

  private static Callable<Double> sum(Membership rank) {
    return () -> {
      try (rank) {
        rank.awaitTurn(PATIENT);
        double[] values = {rank.communicator().rank()};
        rank.communicator().allReduce(Tag.of(1, 0, 0, Kind.FORWARD), values, TestWorld::sum);
        return values[0];
      }
    };
  }

  @Test
  void shouldBeToldWhenOneOfThemFailsWhileItJoins() throws Exception {
    try (TestWorld world = new TestWorld(THREE_HOSTS, PATIENT)) {
      Future<Membership.Host> second = join(world, SECOND);
      awaitMissing(world, 0, 1, 4, 5);
      Future<Membership.Host> third = join(world, THIRD);
      awaitMissing(world, 0, 1);
      third.cancel(true);
      String how = "interrupted while waiting for the other ranks to join";
      awaitEvents(world, "lost 4: " + how, "lost 5: " + how);
      world.rendezvous.abort("rank 4 was lost");
      assertEquals("rank 4 was lost", failure(second));
      assertEquals("rank 4 was lost", failure(join(world, FIRST)));
      assertEquals(2, world.events.size(), world.events.toString());
    }
  }

  /** Its threads may have died before they could close anything. */
  @Test
  void shouldReportTheRanksThatTheirHostLeavesBehind() throws Exception {
    try (TestWorld world = new TestWorld(Layout.of(0, 0, 0, 0).hosts(2, 2), PATIENT)) {
      Future<Membership.Host> second = join(world, SECOND);
      try (Membership.Host first = world.join(FIRST)) {
        try (Membership.Host other = second.get()) {
          other.rank(2).close();
        }
        awaitEvents(world, "lost 3: its host has ended");
        first.rank(0).report(new byte[7]);
        awaitEvents(world, "lost 3: its host has ended", "reported 0 7");
        first.rank(0).close();
        first.rank(1).close();
      }
      assertEquals(2, world.events.size(), world.events.toString());
    }
  }

  /** A thread for each rank would be 64 more. */
  @Test
  void shouldTakeFewThreadsForManyRanks() throws Exception {
    List<Integer> processes = new ArrayList<>(Collections.nCopies(32, 0));
    processes.addAll(Collections.nCopies(32, 1));
    Layout layout = Layout.of(processes.toArray(Integer[]::new)).hosts(16, 16, 16, 16);
    long before = threads("");
    long connectionsBefore = threads("process-");
    AtomicLong all = new AtomicLong();
    AtomicLong connections = new AtomicLong();
    try (TestWorld world = new TestWorld(layout, PATIENT)) {
      world.run(
          communicator -> {
            communicator.awaitLoaded(PATIENT);
            if (communicator.rank() == 0) {
              all.set(threads("") - before);
              connections.set(threads("process-") - connectionsBefore);
            }
            communicator.awaitLoaded(PATIENT); // nobody leaves before
            return null;
          });
      assertEquals(List.of(), world.events);
    }
    assertTrue(connections.get() <= 2, "driver's connections: " + connections);
    assertTrue(all.get() <= 20, "threads: " + all);
  }

  /** Number of our threads with a role. */
  private static long threads(String role) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("syncnorm-" + role))
        .count();
  }

  private Future<Membership.Host> join(TestWorld world, RankGroup block) {
    return threads.submit(() -> world.join(block));
  }

  private static String failure(Future<Membership.Host> join) {
    Throwable cause = assertThrows(ExecutionException.class, join::get).getCause();
    assertEquals(PeerException.class, cause.getClass());
    return cause.getMessage();
  }

  private static void awaitMissing(TestWorld world, Integer... ranks) throws InterruptedException {
    while (!world.rendezvous.missing().equals(List.of(ranks))) {
      Thread.sleep(1);
    }
  }

  private static void awaitEvents(TestWorld world, String... events) throws InterruptedException {
    while (world.events.size() < events.length) {
      Thread.sleep(1);
    }
    assertEquals(List.of(events), world.events);
  }
}
