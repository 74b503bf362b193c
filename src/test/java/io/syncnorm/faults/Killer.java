package io.syncnorm.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Takes executors from a run, each for a random while. Spark's Worker reports a killed executor and
 * starts another one at once. That process is stopped, long before it can register with the driver,
 * until the time is over.
 */
final class Killer implements AutoCloseable {
  private static final int LEAST_MILLIS = 2_000;
  private static final int MOST_MILLIS = 10_000;

  /**
   * A Worker kills a stopped executor ten seconds after the driver has asked for it; the driver
   * does not ask if the executor has no ranks.
   */
  private static final long STOPPED_MILLIS = 10_000;

  private final boolean isStopping;
  private final SplittableRandom random;
  private final List<Absence> absences = new ArrayList<>();

  /** A taken executor, until its replacement may start. */
  private static final class Absence {
    private final ProcessHandle executor;
    private final long end;
    private ProcessHandle replacement;

    Absence(ProcessHandle executor, long millis) {
      this.executor = executor;
      this.end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    }
  }

  /**
   * @param isStopping whether executors are stopped, not killed
   */
  Killer(boolean isStopping, SplittableRandom random) {
    this.isStopping = isStopping;
    this.random = random;
  }

  /** Takes one of the executors. */
  void strike(LiveExecutors executors) throws IOException {
    List<ProcessHandle> all = executors.all();
    ProcessHandle executor = all.get(random.nextInt(all.size()));
    long millis = random.nextInt(LEAST_MILLIS, MOST_MILLIS + 1);
    absences.add(new Absence(executor, isStopping ? STOPPED_MILLIS + millis : millis));
    executors.lose(executor);
    Strike.signal(isStopping ? "STOP" : "KILL", executor);
  }

  /** Stops executors that have just been started in the place of others. */
  void hold(List<ProcessHandle> started) throws IOException {
    for (ProcessHandle replacement : started) {
      for (Absence absence : absences) {
        if (!isStopping && absence.replacement == null) {
          absence.replacement = replacement;
          Strike.signal("STOP", replacement);
          break;
        }
      }
    }
  }

  /** Lets replacements start whose time has come. */
  void restore() throws IOException {
    for (Absence absence : List.copyOf(absences)) {
      if (System.nanoTime() > absence.end) {
        restore(absence);
      }
    }
  }

  private void restore(Absence absence) throws IOException {
    absences.remove(absence);
    absence.executor.destroyForcibly();
    if (absence.replacement != null) {
      Strike.signal("CONT", absence.replacement);
    }
  }

  /** Leaves no process stopped. */
  @Override
  public void close() throws IOException {
    for (Absence absence : List.copyOf(absences)) {
      restore(absence);
    }
  }

  @Override
  public String toString() {
    return isStopping ? "executors stopped" : "executors killed";
  }
}
