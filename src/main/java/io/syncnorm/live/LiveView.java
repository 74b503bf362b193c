package io.syncnorm.live;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.html.LivePage;
import io.syncnorm.report.html.RunReport;
import io.syncnorm.spark.LiveTab;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the report of a run while it trains. The run only sets what it is doing; pages are drawn
 * when a browser asks, on the threads of the server.
 */
public final class LiveView implements Live, LiveServer.Pages {
  private static final Logger LOG = LoggerFactory.getLogger(LiveView.class);

  /** A page that has asked within this time is open: it asks every second. */
  private static final long OPEN_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** How long the end of a run waits for an open page to ask for the last state. */
  private static final long LAST_STATE_MILLIS = 3000;

  private static final String REPORT = "report.html";

  private final String name;
  private final LiveServer server;
  private final Drawing drawing = new Drawing();
  private final CountDownLatch lastState = new CountDownLatch(1);
  private volatile long lastAskedNanos = System.nanoTime() - OPEN_NANOS;
  private volatile RunReport report;

  /** The report that the run writes at its end. */
  private volatile String file = REPORT;

  private volatile String doing = "Spark starts.";
  private volatile boolean hasEnded;

  private LiveView(String name, int port) throws IOException {
    this.name = name;
    this.server = LiveServer.start(port, this, LivePage.POLICY);
  }

  /**
   * Starts to serve, and logs the address.
   *
   * @param name of the run until it has a directory
   * @param port on the loopback interface; 0 for any free one
   * @throws IOException if the port cannot be used
   */
  public static LiveView start(String name, int port) throws IOException {
    LiveView view = new LiveView(name, port);
    LOG.info("live view: {}", view.address());
    return view;
  }

  /** The URL of the page. */
  public String address() {
    return server.address();
  }

  @Override
  public void link(JavaSparkContext spark) {
    LiveTab.attach(spark, address(), this::where);
  }

  @Override
  public void dataLoaded(long rows, long bytes) {
    doing = String.format(Locale.ROOT, "Executors read the data: %,d rows so far.", rows);
  }

  @Override
  public void runStarted(Path runDirectory, int world, int stepsPerEpoch) {
    file = runDirectory.resolve(REPORT).toString();
  }

  @Override
  public void reportStarted(RunReport growing) {
    report = growing;
  }

  @Override
  public void modelStarted(String model, int epochs) {
    doing = model + " trains.";
  }

  @Override
  public void modelFinished(String model) {
    doing = model + " is written and evaluated.";
  }

  @Override
  public void baselineTrained(String baseline, Baseline.Point point) {
    doing = baseline + " trains.";
  }

  @Override
  public void runFinishedBefore(Path runDirectory, RunResult result) {
    end("This run had already finished: its report is " + runDirectory.resolve(REPORT));
  }

  @Override
  public void runDone(RunResult result) {
    end("The run is done: its report is " + file);
  }

  @Override
  public void runFailed(Failure how, String message) {
    end(
        switch (how) {
          case ERROR -> "The run failed: " + message;
          case INTERRUPTED -> "The run was stopped. The same command resumes it.";
        });
  }

  private void end(String how) {
    doing = how;
    hasEnded = true;
  }

  @Override
  public String page() {
    return draw().html(name, where());
  }

  @Override
  public String state(int shown) {
    return draw().update(shown);
  }

  private LivePage draw() {
    lastAskedNanos = System.nanoTime();
    boolean isLast = hasEnded; // read first: what it says then holds for all that follows
    String notice = isLast ? doing : "Live: " + doing;
    RunReport current = report;
    LivePage page;
    if (current == null) {
      String header = LivePage.headerBefore(name, isLast ? "ended" : "starting");
      page = new LivePage(0, isLast, notice, header, "");
    } else {
      page = drawing.draw(current, isLast, notice);
    }
    if (isLast) {
      lastState.countDown();
    }
    return page;
  }

  /** Where the page comes from, and how to reach it from another machine. */
  private String where() {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "HOST";
    }
    return String.format(
        Locale.ROOT,
        "Served by the run's driver on %s, on its loopback interface only and until the run ends. To see it on another machine: ssh -N -L %d:127.0.0.1:%d %s",
        host,
        server.port(),
        server.port(),
        host);
  }

  @Override
  public void close() {
    if (!hasEnded) {
      end("The run ended before it trained: its log says why.");
    }
    try {
      if (System.nanoTime() - lastAskedNanos < OPEN_NANOS
          && !lastState.await(LAST_STATE_MILLIS, TimeUnit.MILLISECONDS)) {
        LOG.debug("no page asked for the last state");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // close without waiting
    } finally {
      server.close();
    }
  }
}
