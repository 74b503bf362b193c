package io.syncnorm.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Something that happened to a run: one line of {@code index.jsonl}.
 *
 * @param time when, as {@code 2026-01-31T03:00:00.123Z}
 * @param run name of the run directory
 * @param experiment name of the grid; empty for a run of its own
 * @param command what it runs
 * @param cell its coordinates in the grid
 * @param settings the effective configuration by key; empty in all events but the first of a start
 * @param world number of ranks
 * @param code exit code that it would have by itself, 0 unless it failed
 * @param message why it failed
 * @param models what was trained, where it is done
 * @param wallSeconds wall time of this start, where it has ended
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

  /** What can happen. */
  public enum Kind {
    STARTED,
    DONE,
    FAILED,
    /** It was told to stop, and can be gone on with. */
    INTERRUPTED,
    /** Its directory was removed. */
    PRUNED;

    /** As tables write it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Copies the collections; their order is kept, and missing ones are empty.
   *
   * @throws NullPointerException if it does not say what happened to which run, and when
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
