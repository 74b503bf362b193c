package io.syncnorm.comm.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two ranks of a process send on their connection, also while the driver does not read. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DriverConnectionTest {
  private static final Duration PATIENT = Duration.ofSeconds(20);
  private static final byte[] SMALL = {1};

  /** More than the buffers of a connection hold. */
  private static final int LARGE = 1 << 25;

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final CountDownLatch driverReads = new CountDownLatch(1);
  private Rendezvous rendezvous;
  private DriverConnection connection;
  private RankConnection first;
  private RankConnection second;

  @BeforeEach
  void join() throws IOException {
    RunKey key = RunKey.random();
    InetAddress here = InetAddress.getLoopbackAddress();
    rendezvous = new Rendezvous(here, key, 2, PATIENT, LARGE, new Slow());
    connection = DriverConnection.open(here.getHostAddress(), rendezvous.port(), key, PATIENT);
    connection.join(new Member(new RankGroup(0, 2), "process", here.getHostAddress(), 1), PATIENT);
    first = connection.rank(0);
    second = connection.rank(1);
  }

  @AfterEach
  void close() {
    driverReads.countDown();
    connection.close();
    rendezvous.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void shouldSendAFailureBeforeTheRestOfAReport(int failed) throws Exception {
    Thread reporting = fillTheConnection();
    Thread failing = start(() -> connection.rank(failed).fail(SMALL));
    awaitItsTurn(failing);
    driverReads.countDown();
    reporting.join();
    failing.join();
    assertEvents("reported 0 1", "failed " + failed + " 1", "reported 0 " + LARGE);
  }

  @Test
  void shouldSendAShortReportBeforeTheRestOfALongOneOfAnotherRank() throws Exception {
    Thread reporting = fillTheConnection();
    Thread other = start(() -> second.report(ReportBytes.of(SMALL)));
    awaitItsTurn(other);
    driverReads.countDown();
    reporting.join();
    other.join();
    assertEvents("reported 0 1", "reported 1 1", "reported 0 " + LARGE);
  }

  @Test
  void shouldKeepLongReportsOfTwoRanksApart() throws Exception {
    Thread reporting = fillTheConnection();
    Thread other = start(() -> second.report(ReportBytes.of(large(1))));
    awaitItsTurn(other);
    driverReads.countDown();
    reporting.join();
    other.join();
    assertEquals("reported 0 1", events.take());
    assertEquals(Set.of("reported 0 " + LARGE, "reported 1 " + LARGE), takeTwo());
  }

  @Test
  void shouldSendAReportThatIsUnderWayBeforeItCloses() throws Exception {
    Thread reporting = start(() -> first.report(ReportBytes.of(large(0))));
    while (rendezvous.received() == 0) {
      Thread.sleep(1);
    }
    first.close();
    reporting.join();
    assertEvents("reported 0 " + LARGE, "finished 0");
  }

  /** On the connection that all ranks share, an interrupted write would break it. */
  @Test
  void shouldSendTheRestOfAReportWhenInterrupted() throws Exception {
    Thread reporting = fillTheConnection();
    reporting.interrupt();
    Thread other = start(() -> second.report(ReportBytes.of(SMALL)));
    awaitItsTurn(other);
    driverReads.countDown();
    reporting.join();
    other.join();
    assertEquals("reported 0 1", events.take());
    assertEquals("reported 1 1", events.take());
    assertEquals(Set.of("reported 0 " + LARGE, "was interrupted"), takeTwo());
  }

  @Test
  void shouldKeepTheConnectionWhenARankEnds() throws Exception {
    first.lose("its thread died");
    first.close(); // it has ended
    IOException ended = assertThrows(IOException.class, () -> first.report(ReportBytes.of(SMALL)));
    assertTrue(ended.getMessage().contains("has ended"), ended.getMessage());
    assertThrows(IOException.class, () -> first.fail(SMALL));
    driverReads.countDown();
    second.report(ReportBytes.of(SMALL));
    second.close();
    assertEvents("lost 0: its thread died", "finished 0", "reported 1 1", "finished 1");
  }

  @Test
  void shouldLoseAllRanksThatHaveNotEndedTheLowestFirst() throws Exception {
    connection.close();
    assertEvents(
        "lost 0: the connection was closed",
        "finished 0",
        "lost 1: the connection was closed",
        "finished 1");
  }

  @Test
  void shouldLoseOnlyRanksThatHaveNotEnded() throws Exception {
    first.close();
    connection.close();
    assertEvents("finished 0", "lost 1: the connection was closed", "finished 1");
  }

  @Test
  void shouldTellEveryRankOnceWhyItStops() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    connection.onStop(reason -> told.add("early: " + reason));
    rendezvous.abort("the first reason");
    rendezvous.abort("a consequence");
    assertEquals("early: the first reason", told.take());
    connection.onStop(reason -> told.add("late: " + reason));
    assertEquals("late: the first reason", told.take());
    rendezvous.close();
    first.close(); // cannot tell anyone
    assertEquals(List.of(), List.copyOf(told));
  }

  @Test
  void shouldStopRanksWhenTheDriverIsGone() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    connection.onStop(told::add);
    rendezvous.close();
    String reason = told.take();
    assertTrue(reason.contains("the driver"), reason);
    assertThrows(
        IOException.class,
        () -> {
          while (true) { // the first ones may fill a buffer
            first.report(ReportBytes.of(SMALL));
          }
        });
  }

  /** Returns a thread that sends a long report of the first rank, and has to wait. */
  private Thread fillTheConnection() throws Exception {
    first.report(ReportBytes.of(SMALL));
    Thread reporting = start(() -> first.report(ReportBytes.of(large(0))));
    Thread.sleep(300); // until the connection is full
    return reporting;
  }

  private static void awaitItsTurn(Thread thread) throws InterruptedException {
    while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
      Thread.sleep(1); // until it waits for the end of a part
    }
  }

  private void assertEvents(String... expected) throws InterruptedException {
    for (String event : expected) {
      assertEquals(event, events.take());
    }
    assertEquals(List.of(), List.copyOf(events));
  }

  private static byte[] large(int rank) {
    byte[] bytes = new byte[LARGE];
    for (int i = 0; i < LARGE; i++) {
      bytes[i] = (byte) ((i >> 7) + rank);
    }
    return bytes;
  }

  @FunctionalInterface
  private interface Sending {
    void run() throws IOException;
  }

  private Thread start(Sending sending) {
    Thread thread =
        new Thread(
            () -> {
              try {
                sending.run();
                if (Thread.interrupted()) {
                  events.add("was interrupted");
                }
              } catch (IOException e) {
                events.add("not sent: " + e);
              }
            });
    thread.start();
    return thread;
  }

  /** Does not return from a small report until it may. */
  private final class Slow implements Rendezvous.Events {
    @Override
    public void reported(int rank, ReportBytes report) {
      if (report.length() == LARGE) {
        try (InputStream in = report.in()) {
          assertArrayEquals(large(rank), in.readAllBytes());
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      } else {
        await();
      }
      events.add("reported " + rank + " " + report.length());
    }

    private void await() {
      try {
        driverReads.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
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

  /** The next two events, in any order. */
  private Set<String> takeTwo() throws InterruptedException {
    String first = events.take();
    return Set.of(first, events.take());
  }
}
