package io.syncnorm.spark.ranks;

import io.syncnorm.train.state.Position;
import java.io.Serializable;
import java.time.Instant;
import java.util.Locale;

/**
 * The ranks train on a number of hosts from here on.
 *
 * @param time when the first step was done
 * @param epoch epochs completed before it
 * @param step steps of the next epoch completed before it; 0 between epochs
 * @param hosts number of hosts, which is the number of task slots in use
 * @param world number of ranks
 * @param why plain text: {@link #START}, or what happened, such as {@code executor 1 on node-7 was
 *     lost}
 * @param pause how long no step was done before it
 */
public record HostsEvent(
    Instant time, int epoch, int step, int hosts, int world, String why, Pause pause)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Why the first ranks of a training start. */
  public static final String START = "start";

  /**
   * The parts of a pause in seconds, on the driver's clock. If ranks are lost again before their
   * first step, the first part covers these attempts.
   *
   * @param endingSeconds from the moment the driver notices a loss until the ranks have ended
   * @param slotsSeconds waiting for task slots
   * @param startingSeconds until all ranks have joined: Spark starts the tasks, ranks connect
   * @param dataSeconds until the first step is done: ranks receive their rows and the model
   */
  public record Pause(
      double endingSeconds, double slotsSeconds, double startingSeconds, double dataSeconds)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The whole pause. */
    public double seconds() {
      return endingSeconds + slotsSeconds + startingSeconds + dataSeconds;
    }

    /** For a message: {@code 1.9 s (ending 0.2, slots 0.0, starting 1.2, data 0.5)}. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.1f s (ending %.1f, slots %.1f, starting %.1f, data %.1f)",
          seconds(),
          endingSeconds,
          slotsSeconds,
          startingSeconds,
          dataSeconds);
    }
  }

  /** Whether these are the first ranks of a training, which nothing has interrupted. */
  public boolean isStart() {
    return why.equals(START);
  }

  /** For a message. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "world %d on %d %s after %s: %s; paused %s",
        world,
        hosts,
        hosts == 1 ? "host" : "hosts",
        new Position(epoch, step),
        why,
        pause);
  }
}
