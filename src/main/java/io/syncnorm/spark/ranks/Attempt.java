package io.syncnorm.spark.ranks;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.driver.Rendezvous;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The driver's side of one attempt: receives the ranks' reports and failures. */
final class Attempt implements Rendezvous.Events, AutoCloseable {
  private static final long POLL_MILLIS = 10;

  /**
   * How long nothing may happen once a rank has timed out. All ranks that respond wait in that
   * exchange too, and end at once when they are told to; the others have had their time to answer.
   */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  private final RunKey key;
  private final Reports reports;
  private final Storage storage;
  private final CountDownLatch unfinished;
  private final Rendezvous rendezvous;
  private final String host;
  private RankFailure failure;
  private Throwable listenerFailure;
  private int processing;
  private int processed;
  private boolean hasTimedOut;
  private boolean over;

  /**
   * Receives the reports of ranks, on the threads of their processes' connections. Implementations
   * only keep the report in memory: until they return, the next messages of the process wait, and
   * the other ranks may wait for its ranks.
   */
  @FunctionalInterface
  interface Reports {
    void reported(int rank, ReportBytes report);

    /** All ranks have joined. */
    default void joined() {}

    /** A rank is lost or has failed, so all ranks have to end. */
    default void noticed() {}
  }

  /**
   * @param key of this attempt alone
   */
  Attempt(
      JavaSparkContext spark,
      RunKey key,
      int world,
      Duration timeout,
      long maxReportBytes,
      Reports reports,
      Storage storage) {
    this.key = key;
    this.reports = reports;
    this.storage = storage;
    this.unfinished = new CountDownLatch(world);
    SparkConf conf = spark.getConf();
    this.host = conf.get("spark.driver.host");
    String bind = conf.get("spark.driver.bindAddress", host);
    try {
      this.rendezvous =
          new Rendezvous(
              InetAddress.getByName(bind),
              key,
              world,
              Membership.joinTimeout(timeout),
              maxReportBytes,
              this);
    } catch (IOException e) {
      throw new IllegalStateException(
          "the driver cannot listen for ranks on %s: %s".formatted(bind, e.getMessage()), e);
    }
    storage.onFailure(
        failed ->
            rendezvous.abort(
                "the driver could not store the ranks' reports: " + failed.getMessage()));
  }

  RunKey key() {
    return key;
  }

  /** The driver's host, where the rendezvous listens. */
  String host() {
    return host;
  }

  int port() {
    return rendezvous.port();
  }

  @Override
  public void joined() {
    reports.joined();
  }

  @Override
  public void reported(int rank, ReportBytes report) {
    synchronized (this) {
      if (over || listenerFailure != null) { // ranks continue until they are notified
        return;
      }
      processing++;
    }
    try {
      reports.reported(rank, report);
      storage.reported();
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        listenerFailure = listenerFailure == null ? e : listenerFailure;
      }
      rendezvous.abort("the driver could not process a rank's report: " + e.getMessage());
    } finally {
      synchronized (this) {
        processing--;
        processed++;
      }
    }
  }

  @Override
  public void failed(int rank, byte[] payload) {
    RankFailure failed = RankFailure.decode(rank, payload);
    add(failed, failed.kind() == RankFailure.Kind.TIMED_OUT);
  }

  @Override
  public void lost(int rank, String how) {
    add(RankFailure.lost(rank, how), rendezvous.missing().contains(rank));
  }

  @Override
  public void finished(int rank) {
    unfinished.countDown();
  }

  private void add(RankFailure next, boolean isTimeout) {
    reports.noticed();
    synchronized (this) {
      hasTimedOut |= isTimeout;
      if (failure == null || next.explainsMoreThan(failure)) {
        failure = next;
      }
    }
    rendezvous.abort(next.message());
  }

  /** What has happened so far. While it does not change, ranks and hosts are silent. */
  private record Signs(long received, int processed, long unfinished, int hosts) {
    boolean areLast() {
      return unfinished == 0 && hosts == 0;
    }
  }

  /**
   * Waits until the ranks that have joined have sent their last message, it is processed, and their
   * hosts have ended. Called once, when Spark has ended the job. No report is accepted afterwards:
   * the next attempt must not overlap with this one.
   *
   * @param hosts number of hosts that have yet to end
   * @param patience how long nothing may happen: no part of a message arrives, no report has been
   *     processed, no rank or host ends. Once a rank has timed out, a second is enough. It does not
   *     limit how long a report takes to process.
   */
  void awaitEnd(IntSupplier hosts, Duration patience) {
    for (int missing = rendezvous.seal(); missing > 0; missing--) {
      unfinished.countDown();
    }
    try {
      long since = System.nanoTime();
      Signs last = signs(hosts);
      while (!last.areLast()) {
        Thread.sleep(POLL_MILLIS);
        Signs next = signs(hosts);
        long now = System.nanoTime();
        if (!next.equals(last)) {
          since = now;
          last = next;
        } else if (now - since > silence(patience).toNanos() && stopsIfIdleSince(last)) {
          rendezvous.abort("the run has ended");
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Signs signs(IntSupplier hosts) {
    return new Signs(rendezvous.received(), processed, unfinished.getCount(), hosts.getAsInt());
  }

  private synchronized Duration silence(Duration patience) {
    return hasTimedOut && patience.compareTo(SILENCE) > 0 ? SILENCE : patience;
  }

  /**
   * Waits until all ranks have sent their last message, processed or not. Returns false if the time
   * is up first.
   */
  boolean awaitFinished(Duration patience) throws InterruptedException {
    return unfinished.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Asks the ranks to end at their next merge, when they have reported the merged model. */
  void pause() {
    rendezvous.pause();
  }

  /** Tells the ranks to stop, and accepts no more reports. */
  void stop(String reason) {
    synchronized (this) {
      over = true;
    }
    rendezvous.abort(reason);
  }

  /** Stops accepting reports if none is being processed and none was processed since. */
  private synchronized boolean stopsIfIdleSince(Signs last) {
    over = processing == 0 && processed == last.processed();
    return over;
  }

  /** Whether the ranks have been told to stop. */
  synchronized boolean isOver() {
    return failure != null || listenerFailure != null || storage.hasFailed();
  }

  /** The failure that explains most, the first of several; empty if no rank reported one. */
  synchronized Optional<RankFailure> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Throws the driver's own failure, if there is one; it takes precedence over the ranks' failures.
   */
  void throwDriverFailure() {
    Throwable thrown;
    synchronized (this) {
      thrown = listenerFailure;
    }
    Storage.rethrow(thrown);
    storage.throwFailure();
  }

  @Override
  public void close() {
    rendezvous.close();
  }
}
