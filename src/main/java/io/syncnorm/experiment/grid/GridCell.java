package io.syncnorm.experiment.grid;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Experiment;
import io.syncnorm.config.Keys;
import io.syncnorm.config.WorldSize;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.RunIdentity;
import io.syncnorm.report.SummaryCsv;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A runnable cell of a grid, with a resolved world.
 *
 * @param number from 1, in the order of the plan
 * @param run name of the run directory
 * @param command that the cell runs
 */
public record GridCell(int number, String run, Experiment.Command command, Experiment.Cell cell) {

  /**
   * Returns all cells of a grid, in order, each run once.
   *
   * @param slots number of ranks for a world of {@code auto}
   * @param identity names the run directories
   */
  public static List<GridCell> all(Experiment experiment, int slots, RunIdentity identity) {
    Map<String, GridCell> cells = new LinkedHashMap<>();
    for (Experiment.Cell cell : experiment.cells()) {
      Configuration configuration =
          cell.configuration().get(Keys.WORLD) instanceof WorldSize.Auto
              ? cell.configuration().with(Keys.WORLD, new WorldSize.Fixed(slots))
              : cell.configuration();
      String run = identity.name(experiment.command().word(), configuration);
      cells.putIfAbsent(
          run,
          new GridCell(
              cells.size() + 1,
              run,
              experiment.command(),
              new Experiment.Cell(cell.coordinates(), configuration)));
    }
    return List.copyOf(cells.values());
  }

  /**
   * Whether the cell has a coordinate.
   *
   * @param coordinate {@code key=value}; the last parts of the key suffice
   */
  public boolean isAt(String coordinate) {
    return cell.coordinates().entrySet().stream()
        .map(entry -> "." + entry.getKey() + "=" + entry.getValue())
        .anyMatch(each -> each.endsWith("." + coordinate));
  }

  public Configuration configuration() {
    return cell.configuration();
  }

  public int world() {
    return configuration().ranks();
  }

  /** The coordinates as readable text. */
  public String title() {
    return SummaryCsv.cell(cell.coordinates());
  }

  List<ModelPlan> plans() {
    return switch (command) {
      case TRAIN -> List.of(ModelPlan.of(configuration()));
      case COMPARE -> ModelPlan.comparison(configuration());
    };
  }
}
