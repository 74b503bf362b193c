package io.syncnorm.spark;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.Rendezvous;
import io.syncnorm.comm.RunKey;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** The driver's side of one attempt: takes the ranks' reports and their failures. */
final class Attempt implements Rendezvous.Events, AutoCloseable {
  /** Room for a failure's words beside the largest report. */
  private static final int FAILURE_BYTES = 1 << 17;

  private final RunKey key = RunKey.random();
  private final Reports reports;
  private final Storage storage;
  private final CountDownLatch talking;
  private final Rendezvous rendezvous;
  private final String host;
  private RankFailure failure;
  private Throwable listenerFailure;
  private int listening;
  private int heard;
  private boolean over;

  /**
   * Hears what ranks report, on their lines' threads. It only keeps it in memory: a rank that
   * reports more waits for it meanwhile, and others for that rank.
   */
  @FunctionalInterface
  interface Reports {
    void reported(int rank, byte[] payload);
  }

  Attempt(
      JavaSparkContext spark,
      int world,
      Duration timeout,
      int maxReportBytes,
      Reports reports,
      Storage storage) {
    this.reports = reports;
    this.storage = storage;
    this.talking = new CountDownLatch(world);
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
              Math.addExact(maxReportBytes, FAILURE_BYTES),
              this);
    } catch (IOException e) {
      throw new IllegalStateException(
          "the driver cannot listen for ranks on %s: %s".formatted(bind, e.getMessage()), e);
    }
    storage.stops(
        failed ->
            rendezvous.abort(
                "the driver could not store what ranks reported: " + failed.getMessage()));
  }

  RunKey key() {
    return key;
  }

  /** Where ranks find the rendezvous. */
  String host() {
    return host;
  }

  int port() {
    return rendezvous.port();
  }

  @Override
  public void reported(int rank, byte[] payload) {
    synchronized (this) {
      if (over || listenerFailure != null) { // ranks run ahead until they hear of it
        return;
      }
      listening++;
    }
    try {
      reports.reported(rank, payload);
      storage.reported();
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        listenerFailure = listenerFailure == null ? e : listenerFailure;
      }
      rendezvous.abort("the driver could not take a rank's report: " + e.getMessage());
    } finally {
      synchronized (this) {
        listening--;
        heard++;
      }
    }
  }

  @Override
  public void failed(int rank, byte[] payload) {
    add(RankFailure.decode(rank, payload));
  }

  @Override
  public void lost(int rank, String how) {
    add(RankFailure.lost(rank, how));
  }

  @Override
  public void finished(int rank) {
    talking.countDown();
  }

  private void add(RankFailure next) {
    synchronized (this) {
      if (failure == null || next.explainsMoreThan(failure)) {
        failure = next;
      }
    }
    rendezvous.abort(next.message());
  }

  /**
   * Waits for what ranks still have to say, and until it was taken. Afterwards nothing more is: the
   * next attempt must not overlap with this one.
   *
   * @param patience how long the ranks' next words may take after Spark says that the job has
   *     ended. It does not limit how long a report takes.
   */
  void hearOut(Duration patience) {
    try {
      int before;
      do {
        before = heard();
        if (hasHeardAll(patience)) {
          return;
        }
      } while (!endsAfter(before));
      rendezvous.abort("the run has ended");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether all ranks have said their last word in time, taken or not. */
  boolean hasHeardAll(Duration patience) throws InterruptedException {
    return talking.await(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Tells the ranks to stop, and hears nothing more. */
  void stop(String reason) {
    synchronized (this) {
      over = true;
    }
    rendezvous.abort(reason);
  }

  /** Ends hearing if nothing is being heard, and nothing was since. */
  private synchronized boolean endsAfter(int before) {
    over = listening == 0 && heard == before;
    return over;
  }

  /** Whether the ranks were told to stop. */
  synchronized boolean isOver() {
    return failure != null || listenerFailure != null || storage.hasFailed();
  }

  private synchronized int heard() {
    return heard;
  }

  /** What went wrong first, or explains most; empty if nothing that the ranks know of. */
  synchronized Optional<RankFailure> failure() {
    return Optional.ofNullable(failure);
  }

  /** Throws what the driver itself failed with, if it did: then nothing else matters. */
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
