package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunEvent;
import java.util.List;
import java.util.Map;

/**
 * The origin of a run.
 *
 * @param experiment name of the grid; empty for a single run
 * @param command determines, with the configuration, the name of the run directory
 * @param cell coordinates in the grid
 */
public record RunOrigin(String experiment, String command, Map<String, String> cell) {
  /** The origin of a single run. */
  public static RunOrigin of(String command) {
    return new RunOrigin("", command, Map.of());
  }

  /** An event of a run, for the registry. */
  RunEvent event(
      RunEvent.Kind kind,
      String run,
      Configuration configuration,
      int code,
      String message,
      List<ModelResult> models,
      double wallSeconds) {
    boolean hasFailed = kind == RunEvent.Kind.INTERRUPTED || kind == RunEvent.Kind.FAILED;
    return new RunEvent(
        kind,
        Registry.now(),
        run,
        experiment,
        command,
        cell,
        hasFailed ? Map.of() : configuration.settings(),
        configuration.ranks(),
        code,
        message,
        models,
        wallSeconds);
  }
}
