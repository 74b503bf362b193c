package io.syncnorm.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run from its first step to its last, while executors are taken from it at intervals. */
final class KilledRun implements RunLog.Listener {
  private static final long POLL_MILLIS = 5;
  private static final long REFRESH_NANOS = Duration.ofMillis(200).toNanos();
  private static final long HANG_NANOS = Duration.ofMinutes(2).toNanos();

  private final int epochs;
  private final double[] rates;
  private final Killer killer;
  private final long interval;
  private final List<Blow> blows = new ArrayList<>();
  private long firstStep;
  private long lastProgress = System.nanoTime();
  private long lastStep;
  private int done;
  private int losses;
  private final double[] liveSeconds;
  private final Speeds speeds;
  private double possible;

  /** A signal to an executor. */
  static final class Blow {
    private final int live;
    private final long at;
    private double ended = Double.NaN;
    private double pause = Double.NaN;
    private String words = "";

    /**
     * @param live executors that were left
     */
    Blow(int live, long at) {
      this.live = live;
      this.at = at;
    }

    /** Seconds until the driver said that the ranks had ended; NaN if no rank ran there. */
    double ended() {
      return ended;
    }

    /** Seconds until the first later step, if it is known. */
    double pause() {
      return pause;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "executor taken, %d left: ended after %.2f s, next step after %.2f s  %s",
          live,
          ended,
          pause,
          words);
    }
  }

  /** The run does not make progress. */
  static final class HangException extends Exception {
    HangException(String message) {
      super(message);
    }
  }

  /**
   * @param rates epochs per second that are possible, by the number of executors
   */
  KilledRun(int epochs, double[] rates, Killer killer, Duration interval) {
    this.epochs = epochs;
    this.rates = rates;
    this.liveSeconds = new double[rates.length];
    this.speeds = new Speeds(rates);
    this.killer = killer;
    this.interval = interval.toNanos();
  }

  /** Follows a command to its end, and takes executors from it. */
  void follow(Driver driver) throws Exception {
    RunLog log = new RunLog(driver, this);
    LiveExecutors executors = new LiveExecutors(driver);
    long refreshed = System.nanoTime();
    while (driver.process().isAlive()) {
      log.read();
      killer.restore();
      long now = System.nanoTime();
      if (now - lastProgress > HANG_NANOS) {
        throw new HangException(
            String.format(Locale.ROOT, "no progress after epoch %d of %d", done, epochs));
      }
      if (now - refreshed > REFRESH_NANOS) {
        killer.hold(executors.refresh());
        count(executors.all().size(), refreshed, now);
        refreshed = now;
        if (isDue(now) && !executors.all().isEmpty()) {
          killer.strike(executors);
          blows.add(new Blow(executors.all().size(), System.nanoTime()));
        }
      }
      Thread.sleep(POLL_MILLIS);
    }
    log.read();
  }

  private boolean isDue(long now) {
    return firstStep > 0 && done < epochs && now - firstStep > (blows.size() + 1) * interval;
  }

  private void count(int live, long from, long to) {
    if (firstStep > 0 && lastStep == 0) {
      int slots = Math.min(live, rates.length - 1);
      possible += rates[slots] * 1e-9 * (to - from);
      liveSeconds[slots] += 1e-9 * (to - from);
    }
  }

  @Override
  public void epoch(int epoch, double seconds, long nanos) {
    long began = nanos - (long) (1e9 * seconds);
    if (firstStep == 0) {
      firstStep = began;
      possible = rates[rates.length - 1] * seconds;
      liveSeconds[rates.length - 1] = seconds;
    }
    resumed("", began);
    speeds.epoch(nanos);
    lastProgress = nanos;
    done = epoch;
    lastStep = epoch == epochs ? nanos : 0;
  }

  @Override
  public void loss(String line, long nanos) {
    losses++;
    speeds.interrupted();
    if (!blows.isEmpty()) {
      Blow last = blows.get(blows.size() - 1);
      if (Double.isNaN(last.ended)) {
        last.ended = 1e-9 * (nanos - last.at);
      }
    }
  }

  @Override
  public void step(int hosts, String line, long nanos) {
    speeds.moved(hosts);
    resumed(line.replaceFirst(".* on (\\d+ hosts?)", "on $1"), nanos);
    lastProgress = nanos;
  }

  private void resumed(String line, long nanos) {
    for (Blow blow : blows) {
      if (Double.isNaN(blow.pause) && 1e-9 * (nanos - blow.at) > blow.ended) { // not if NaN
        blow.pause = 1e-9 * (nanos - blow.at);
        blow.words = line;
      }
    }
  }

  int epochs() {
    return epochs;
  }

  /** Epochs of the newest model. */
  int done() {
    return done;
  }

  List<Blow> blows() {
    return blows;
  }

  int losses() {
    return losses;
  }

  /** Seconds since the first step, to the end of the last epoch. */
  double seconds() {
    return 1e-9 * ((lastStep == 0 ? System.nanoTime() : lastStep) - firstStep);
  }

  /** Epochs that were possible with the executors that lived. */
  double possible() {
    return possible;
  }

  /** Those that were possible at the speed that this run had between its pauses. */
  double possibleAtOwnSpeed() {
    double sum = 0;
    for (int slots = 1; slots < rates.length; slots++) {
      sum += liveSeconds[slots] * speeds.of(slots);
    }
    return sum;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.0f s, %d executors taken, resumed %d times, goodput %.1f %%, of its own speed %.1f %%",
        seconds(),
        blows.size(),
        losses,
        100 * done / possible,
        100 * done / possibleAtOwnSpeed());
  }
}
