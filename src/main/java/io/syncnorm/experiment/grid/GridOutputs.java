package io.syncnorm.experiment.grid;

import io.syncnorm.config.Experiment;
import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.GridPage;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.report.MetricsJsonl;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunRecord;
import io.syncnorm.report.html.GridReport;
import io.syncnorm.report.html.HtmlReport;
import io.syncnorm.report.plot.GridPlots;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.PlotException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the outputs of a grid: {@code experiments/<name>/} in the output folder. */
public final class GridOutputs {
  private static final Logger LOG = LoggerFactory.getLogger(GridOutputs.class);
  private static final String FOLDER = "experiments";
  private static final String REPORT = "report.html";

  private final Path out;
  private final Experiment experiment;

  public GridOutputs(Path out, Experiment experiment) {
    this.out = out;
    this.experiment = experiment;
  }

  /**
   * Writes the report of all cells and its plots.
   *
   * @return the report's path
   * @throws UnwritableException if a file cannot be written
   */
  public Path write(Registry registry, List<GridCell> cells) {
    Map<String, RunRecord> records = registry.records();
    GridPage page =
        new GridPage(
            experiment.name(),
            experiment.command().word(),
            experiment.axes(),
            cells.stream().map(cell -> cell(cell, records.get(cell.run()))).toList());
    Path folder = out.resolve(FOLDER).resolve(experiment.name());
    for (Map.Entry<String, Plot> plot : GridPlots.of(page).entrySet()) {
      writePlot(folder, plot.getKey(), plot.getValue());
    }
    Path report = folder.resolve(REPORT);
    writeText(report, GridReport.html(page));
    for (GridPage.Cell cell : page.cells()) {
      if (!cell.models().isEmpty()) {
        link(out.resolve(cell.run()).resolve(REPORT), report);
      }
    }
    return report;
  }

  /**
   * Adds a link to the grid to a run's report, as the run may have been trained without the grid.
   */
  private void link(Path runReport, Path gridReport) {
    try {
      String before = Files.readString(runReport);
      String path = runReport.getParent().relativize(gridReport).toString();
      String linked =
          HtmlReport.linkedToGrid(before, experiment.name(), path.replace(File.separatorChar, '/'));
      if (!linked.equals(before)) {
        writeText(runReport, linked);
      }
    } catch (IOException | UnwritableException e) { // a missing link must not fail the grid
      LOG.warn("cannot link a run's report to its grid: file={}: {}", runReport, e.toString());
    }
  }

  private GridPage.Cell cell(GridCell cell, RunRecord record) {
    List<ModelResult> models = record == null ? List.of() : record.models();
    return new GridPage.Cell(
        cell.run(),
        cell.cell().coordinates(),
        record == null ? "new" : record.status(),
        record == null ? "" : record.message(),
        models,
        models.isEmpty() ? List.of() : epochs(cell),
        record == null ? 0 : record.wallSeconds());
  }

  private List<EpochMetrics> epochs(GridCell cell) {
    Path run = out.resolve(cell.run());
    try {
      return MetricsCsv.read(
          Files.readString(run.resolve(MetricsCsv.FILE)),
          Files.readString(run.resolve(MetricsJsonl.FILE)));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("the report omits the curve of a cell: folder={}: {}", run, e.getMessage());
      return List.of();
    }
  }

  private static void writePlot(Path folder, String name, Plot plot) {
    try {
      Plot.Files files = plot.files();
      RunDirectory.writeWhole(folder.resolve(name + ".png"), file -> file.write(files.png()));
      writeText(folder.resolve(name + ".svg"), files.svg());
    } catch (PlotException e) {
      LOG.warn("drawing {} failed: {}", name, e.getMessage());
    }
  }

  private static void writeText(Path file, String text) {
    RunDirectory.writeWhole(file, stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
  }
}
