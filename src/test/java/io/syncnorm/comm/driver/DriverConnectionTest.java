package io.syncnorm.comm.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a rank sends while the driver does not read. */
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

  @BeforeEach
  void join() throws IOException {
    RunKey key = RunKey.random();
    InetAddress here = InetAddress.getLoopbackAddress();
    rendezvous = new Rendezvous(here, key, 1, PATIENT, LARGE, new Slow());
    connection = DriverConnection.connect(here.getHostAddress(), rendezvous.port(), key, PATIENT);
    connection.join(
        new Member(0, new RankGroup(0, 1), "process", here.getHostAddress(), 1), 1, PATIENT);
  }

  @AfterEach
  void close() {
    connection.close();
    rendezvous.close();
  }

  @Test
  void shouldSendAFailureBeforeTheRestOfAReport() throws Exception {
    connection.report(ReportBytes.of(SMALL));
    Thread reporting = start(() -> connection.report(ReportBytes.of(large())));
    Thread.sleep(300); // until the connection is full
    Thread failing = start(() -> connection.fail(SMALL));
    while (failing.isAlive() && failing.getState() != Thread.State.WAITING) {
      Thread.sleep(1); // until it waits for the end of a part
    }
    driverReads.countDown();
    reporting.join();
    failing.join();
    assertEquals(
        List.of("reported 1", "failed 1", "reported " + LARGE),
        List.of(events.take(), events.take(), events.take()));
  }

  @Test
  void shouldSendAReportThatIsUnderWayBeforeItCloses() throws Exception {
    Thread reporting = start(() -> connection.report(ReportBytes.of(large())));
    while (rendezvous.received() == 0) {
      Thread.sleep(1);
    }
    connection.close();
    reporting.join();
    assertEquals(List.of("reported " + LARGE, "finished"), List.of(events.take(), events.take()));
  }

  private static byte[] large() {
    byte[] bytes = new byte[LARGE];
    for (int i = 0; i < LARGE; i++) {
      bytes[i] = (byte) (i >> 7);
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
          assertArrayEquals(large(), in.readAllBytes());
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
      } else {
        await();
      }
      events.add("reported " + report.length());
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
      events.add("failed " + payload.length);
    }

    @Override
    public void lost(int rank, String how) {
      events.add("lost: " + how);
    }

    @Override
    public void finished(int rank) {
      events.add("finished");
    }
  }
}
