package io.syncnorm.comm.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.wire.Connector;
import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hosts of several processes that join a world of six ranks, or fail to. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RendezvousTest {
  private static final int WORLD = 6;
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final Member FIRST = host("one", 0, 2);
  private static final Member SECOND = host("one", 2, 4);
  private static final Member LAST = host("two", 4, 6);

  private final RunKey key = RunKey.random();
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final List<DriverConnection> connections = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Rendezvous rendezvous = open(PATIENT);

  @AfterEach
  void close() {
    threads.shutdownNow();
    connections.forEach(DriverConnection::close);
    rendezvous.close();
  }

  @Test
  void shouldNameTheHostsInTheOrderOfTheirRanksWhenAllHaveJoined() throws Exception {
    DriverConnection one = connect();
    DriverConnection two = connect();
    Future<List<Member>> last = join(two, LAST);
    Future<List<Member>> second = join(one, SECOND);
    awaitMissing(0, 1);
    assertTrue(events.isEmpty());
    assertEquals(List.of(FIRST, SECOND, LAST), join(one, FIRST).get());
    assertEquals(List.of(FIRST, SECOND, LAST), second.get());
    assertEquals(List.of(FIRST, SECOND, LAST), last.get());
    assertEquals("joined", events.take());
    assertEquals(List.of(), rendezvous.missing());
  }

  /** Speaks for a process by hand. */
  @Test
  void shouldSendAProcessTheMembersOnceAndOneStop() throws Exception {
    Future<?> unused = join(connect(), LAST);
    Deadline deadline = Deadline.in(PATIENT);
    SocketChannel channel =
        Connector.connect(HERE.getHostAddress(), rendezvous.port(), key, deadline);
    try (Streams process = Streams.dialled(channel, key, deadline)) {
      process.setReadTimeout(PATIENT);
      Frames.join(SECOND).writeTo(process.out());
      Frames.join(FIRST).writeTo(process.out());
      process.out().flush();
      assertEquals(Frames.MEMBERS, process.in().read());
      assertEquals(3, process.in().readInt());
      for (Member member : List.of(FIRST, SECOND, LAST)) {
        assertEquals(member, Member.read(process.in()));
      }
      rendezvous.abort("told to");
      rendezvous.abort("told again");
      assertEquals(Frames.STOP, process.in().read());
      assertEquals("told to", process.in().readUTF());
      rendezvous.close();
      assertEquals(-1, process.in().read());
    }
  }

  @Test
  void shouldPauseRankZeroWhereverItsProcessIs() throws Exception {
    DriverConnection one = connect();
    DriverConnection two = connect();
    Future<List<Member>> last = join(two, LAST);
    Future<List<Member>> second = join(one, SECOND);
    rendezvous.pause(); // not all have joined
    join(one, FIRST).get();
    second.get();
    last.get();
    while (!one.rank(0).isPauseAsked()) {
      rendezvous.pause();
      Thread.sleep(1);
    }
    for (int rank = 1; rank < WORLD; rank++) {
      assertFalse((rank < 4 ? one : two).rank(rank).isPauseAsked(), "rank " + rank);
    }
  }

  @Test
  void shouldRejectAHostAndKeepTheConnectionOfItsProcess() throws Exception {
    DriverConnection one = connect();
    DriverConnection two = connect();
    Future<List<Member>> first = join(one, FIRST);
    awaitMissing(2, 3, 4, 5);
    assertRejected(two, host("two", 1, 3), "a rank must be 0 to 5 and join once: ranks=[1, 2]");
    assertRejected(two, host("two", 5, 7), "a rank must be 0 to 5 and join once: ranks=[5, 6]");
    assertRejected(one, host("one", 1, 3), "a rank must join once: rank=1");
    Future<List<Member>> second = join(one, SECOND);
    join(two, LAST).get();
    first.get();
    second.get();
    assertEquals("joined", events.take());
    assertTrue(events.isEmpty(), events.toString());
  }

  @Test
  void shouldRejectHostsWhenItIsSealed() throws Exception {
    DriverConnection one = connect();
    Future<List<Member>> first = join(one, FIRST);
    awaitMissing(2, 3, 4, 5);
    assertEquals(4, rendezvous.seal());
    assertRejected(one, SECOND, "the attempt is over");
    rendezvous.abort("the run has ended");
    assertEquals("the run has ended", failure(first));
    assertEquals("finished 0", events.take()); // not lost: it was told to stop
    assertEquals("finished 1", events.take());
    assertTrue(events.isEmpty(), events.toString());
  }

  @Test
  void shouldTellTheReasonToHostsThatJoinAfterIt() throws Exception {
    DriverConnection one = connect();
    Future<List<Member>> first = join(one, FIRST);
    awaitMissing(2, 3, 4, 5);
    rendezvous.abort("rank 5 was lost");
    assertEquals("rank 5 was lost", failure(first));
    assertEquals("rank 5 was lost", failure(join(one, SECOND)));
    assertEquals("rank 5 was lost", failure(join(connect(), LAST)));
  }

  /** The driver's threads are interrupted when a run ends. */
  @Test
  void shouldTellTheReasonOnAnInterruptedThread() throws Exception {
    DriverConnection one = connect();
    Future<List<Member>> first = join(one, FIRST);
    awaitMissing(2, 3, 4, 5);
    Thread.currentThread().interrupt();
    rendezvous.abort("the run was interrupted");
    assertTrue(Thread.interrupted(), "the interrupt is restored");
    assertEquals("the run was interrupted", failure(first));
    assertEquals("finished 0", events.take());
    assertEquals("finished 1", events.take());
  }

  @Test
  void shouldKeepTheConnectionWhenAHostIsInterruptedWhileItJoins() throws Exception {
    DriverConnection one = connect();
    Future<List<Member>> first = join(one, FIRST);
    Thread.currentThread().interrupt();
    IOException early = assertThrows(IOException.class, () -> one.join(SECOND, PATIENT));
    assertTrue(Thread.interrupted(), "the interrupt is restored");
    assertEquals("interrupted while waiting for the other ranks to join", early.getMessage());
    awaitMissing(2, 3, 4, 5);
    assertTrue(events.isEmpty(), "it has not joined: " + events);

    Future<List<Member>> second = join(one, SECOND);
    awaitMissing(4, 5);
    second.cancel(true);
    for (int rank = 2; rank < 4; rank++) {
      assertEquals(
          "lost " + rank + ": interrupted while waiting for the other ranks to join",
          events.take());
      assertEquals("finished " + rank, events.take());
    }

    join(connect(), LAST).get();
    first.get();
    one.rank(1).report(ReportBytes.of(new byte[3]));
    assertEquals("joined", events.take());
    assertEquals("reported 1 3", events.take());
  }

  @Test
  void shouldLoseTheRanksOfAProcessThatDisconnectsBeforeAllHaveJoined() throws Exception {
    DriverConnection one = connect();
    Future<?> unused = join(one, FIRST);
    awaitMissing(2, 3, 4, 5);
    unused = join(one, SECOND);
    awaitMissing(4, 5);
    one.close();
    for (int rank = 0; rank < 4; rank++) {
      assertEquals("lost " + rank + ": the connection was closed", events.take());
      assertEquals("finished " + rank, events.take());
    }
  }

  @Test
  void shouldNameTheRanksThatAreMissingWhenTheTimeIsOver() throws Exception {
    try (Rendezvous impatient = open(Duration.ofMillis(300))) {
      DriverConnection one = connect(impatient.port());
      String late =
          "timed out waiting for ranks [2, 3, 4, 5] to join: training.wait-timeout = 300 ms";
      assertEquals(late, failure(join(one, FIRST)));
      assertEquals("lost 2: " + late, events.take());
      assertEquals("finished 0", events.take());
      assertEquals("finished 1", events.take());
    }
  }

  /** At once, and with the address. */
  @Test
  void shouldTellEveryHostThatTheRendezvousCannotBeReached() throws Exception {
    int port = rendezvous.port();
    rendezvous.close();
    DriverConnection one = connect(port);
    for (Member host : List.of(FIRST, SECOND)) {
      String reason = failure(join(one, host));
      assertTrue(
          reason.startsWith(
              "cannot reach the driver's rendezvous at "
                  + HERE.getHostAddress()
                  + ":"
                  + port
                  + ": "),
          reason);
    }
  }

  private static Member host(String process, int first, int end) {
    return new Member(new RankGroup(first, end), process, HERE.getHostAddress(), 1);
  }

  private Rendezvous open(Duration timeout) {
    try {
      return new Rendezvous(HERE, key, WORLD, timeout, 100, new Recording());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private DriverConnection connect() {
    return connect(rendezvous.port());
  }

  private DriverConnection connect(int port) {
    DriverConnection connection = DriverConnection.open(HERE.getHostAddress(), port, key, PATIENT);
    connections.add(connection);
    return connection;
  }

  private Future<List<Member>> join(DriverConnection connection, Member host) {
    return threads.submit(() -> connection.join(host, PATIENT));
  }

  private void assertRejected(DriverConnection connection, Member host, String why) {
    assertEquals(why, failure(join(connection, host)));
  }

  private static String failure(Future<List<Member>> join) {
    return assertThrows(ExecutionException.class, join::get).getCause().getMessage();
  }

  private void awaitMissing(Integer... ranks) throws InterruptedException {
    while (!rendezvous.missing().equals(List.of(ranks))) {
      Thread.sleep(1);
    }
  }

  private final class Recording implements Rendezvous.Events {
    @Override
    public void joined() {
      events.add("joined");
    }

    @Override
    public void reported(int rank, ReportBytes report) {
      events.add("reported " + rank + " " + report.length());
    }

    @Override
    public void failed(int rank, byte[] payload) {
      events.add("failed " + rank + " " + payload.length);
    }

    @Override
    public void lost(int rank, String how) {
      events.add("lost " + rank + ": " + how);
    }

    @Override
    public void finished(int rank) {
      events.add("finished " + rank);
    }
  }
}
