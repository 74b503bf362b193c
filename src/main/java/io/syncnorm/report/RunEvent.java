package io.syncnorm.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * An event of a run: one line of {@code index.jsonl}.
 *
 * @param time of the event, such as {@code 2026-01-31T03:00:00.123Z}
 * @param run name of the run directory
 * @param experiment name of the grid; empty for a single run
 * @param command that the run executes
 * @param cell coordinates in the grid
 * @param settings the effective configuration by key; empty except in the first event of a start
 * @param world number of ranks
 * @param code exit code that a single run would have, 0 unless it failed
 * @param message why the run failed
 * @param models the trained models, if the run is done
 * @param wallSeconds wall time of this start, if it has ended
 */
public record RunEvent(
    Kind event,
    String time,
    String run,
    String experiment,
    String command,
    Map<String, String> cell,
    Map<String, String> settings,
    int world,
    int code,
    String message,
    List<ModelResult> models,
    double wallSeconds) {

  /** The kinds of events. */
  public enum Kind {
    STARTED,
    DONE,
    FAILED,
    /** The run was asked to stop and can be resumed. */
    INTERRUPTED,
    /** The run's directory was removed. */
    PRUNED;

    /** The word shown in tables. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Copies the collections in order; missing ones become empty.
   *
   * @throws NullPointerException if event, run or time is missing
   */
  public RunEvent {
    Objects.requireNonNull(event, "event");
    Objects.requireNonNull(time, "time");
    Objects.requireNonNull(run, "run");
    experiment = Objects.requireNonNullElse(experiment, "");
    command = Objects.requireNonNullElse(command, "");
    message = Objects.requireNonNullElse(message, "");
    cell = copy(cell);
    settings = copy(settings);
    models = models == null ? List.of() : List.copyOf(models);
  }

  private static Map<String, String> copy(Map<String, String> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
