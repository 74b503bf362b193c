package io.syncnorm.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of a run, folded from its events.
 *
 * @param status the last event; {@code started} means that the run is running or was killed
 * @param failures number of failures since the run was last done
 * @param started time of the last start
 * @param ended time of the last event other than a start; empty if there is none
 */
public record RunRecord(
    String run,
    String status,
    String experiment,
    String command,
    Map<String, String> cell,
    int world,
    int failures,
    int code,
    String message,
    List<ModelResult> models,
    double wallSeconds,
    String started,
    String ended,
    Map<String, String> settings) {

  /** Folds events into the records of all runs, in the order in which the runs started. */
  public static Map<String, RunRecord> fold(List<RunEvent> events) {
    Map<String, RunRecord> records = new LinkedHashMap<>();
    for (RunEvent event : events) {
      records.put(event.run(), after(records.get(event.run()), event));
    }
    return records;
  }

  /** Whether the run is done. */
  public boolean isDone() {
    return is(RunEvent.Kind.DONE);
  }

  /** Whether the last event is of this kind. */
  public boolean is(RunEvent.Kind kind) {
    return status.equals(kind.word());
  }

  /**
   * @param before null for a new run
   */
  private static RunRecord after(RunRecord before, RunEvent event) {
    boolean isNew = before == null;
    boolean isStart = event.event() == RunEvent.Kind.STARTED;
    int failuresBefore = isNew ? 0 : before.failures;
    int failures =
        switch (event.event()) {
          case FAILED -> failuresBefore + 1;
          case DONE, PRUNED -> 0;
          case STARTED, INTERRUPTED -> failuresBefore;
        };
    return new RunRecord(
        event.run(),
        event.event().word(),
        event.experiment(),
        event.command(),
        event.cell(),
        event.world(),
        failures,
        event.code(),
        event.message(),
        event.models(),
        event.wallSeconds(),
        isStart || isNew ? event.time() : before.started,
        isStart ? "" : event.time(),
        event.settings().isEmpty() && !isNew ? before.settings : event.settings());
  }
}
