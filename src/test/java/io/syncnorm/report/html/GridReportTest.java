package io.syncnorm.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.report.EpochDetails;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.GridGroup;
import io.syncnorm.report.GridPage;
import io.syncnorm.report.LayerMetrics;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.Sample;
import io.syncnorm.report.plot.GridPlots;
import io.syncnorm.report.plot.Plot;
import io.syncnorm.report.plot.PlotException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tests the page of a grid: its statistics, computed by hand, and that no part is empty. */
class GridReportTest {
  private static final double EXACT = 1e-12;

  /** t of 97.5 % with 2 degrees of freedom, from a printed table. */
  private static final double T_2 = 4.302653;

  private static final double TABLE = 1e-6;

  @Test
  void shouldComputeMeanSpreadAndConfidence() {
    Sample sample = new Sample(new double[] {0.90, 0.92, 0.97});

    assertEquals(0.93, sample.mean(), EXACT);
    // Deviations -0.03, -0.01, 0.04: squares sum to 0.0026, divided by 2.
    assertEquals(Math.sqrt(0.0013), sample.standardDeviation(), EXACT);
    assertEquals(T_2 * Math.sqrt(0.0013 / 3), sample.confidence(), TABLE);
    assertTrue(Double.isNaN(new Sample(new double[] {1}).confidence()));
    assertTrue(Double.isNaN(new Sample(new double[0]).mean()));
  }

  @Test
  void shouldGroupCellsThatDifferOnlyInTheSeed() {
    List<GridGroup> groups = GridGroup.of(page());

    assertEquals(
        List.of(
            "#1 sync=global, batch-size=2",
            "#2 sync=global, batch-size=8",
            "#3 sync=local, batch-size=2",
            "#4 sync=local, batch-size=8"),
        groups.stream().map(GridGroup::title).toList());
    assertEquals(2, groups.get(0).members().size());
    assertEquals(1, groups.get(3).members().size()); // its other seed is not complete
  }

  @Test
  void shouldPairRunsThatDifferInOneAxisOnly() {
    List<GridDifferences.Step> steps =
        GridDifferences.of(GridGroup.of(page())).stream()
            .filter(step -> step.axis().equals("model.batch-norm.sync"))
            .toList();

    assertEquals(3, steps.size());
    assertEquals(Map.of("training.batch-size", "2"), steps.get(0).elsewhere());
    assertEquals(-0.10, steps.get(0).differences().mean(), EXACT);
    assertEquals(0, steps.get(0).gains());
    assertEquals(1, steps.get(1).differences().count()); // one seed has no partner
    assertEquals(3, steps.get(2).differences().count());
  }

  @Test
  void shouldShowEverythingAndLinkToTheRuns() {
    String html = GridReport.html(page());

    for (String id : List.of("cells", "differences", "accuracy", "curves", "time", "unfinished")) {
      assertTrue(html.contains("<section id=\"" + id + "\""), id);
    }
    assertTrue(html.contains("<a href=\"../../r-1/report.html\">1</a>"));
    assertTrue(html.contains("7 of 8"));
    assertEquals(2, html.split(">±\u00a095\u00a0%, points<", -1).length - 1);
    assertEquals(html.split("<table>", -1).length, html.split("<table>\n<caption>", -1).length);
    assertEquals(7, html.split("<li><a href=\"#", -1).length - 1, "contents");
    assertTrue(html.contains("test accuracy in percent"));
    assertTrue(html.contains("diverged &lt;soon&gt;"));
    assertFalse(html.contains("NaN"));
    Matcher ids = Pattern.compile(" id=\"([^\"]+)\"").matcher(html);
    List<String> found = new ArrayList<>();
    while (ids.find()) {
      found.add(ids.group(1));
    }
    assertEquals(found.size(), Set.copyOf(found).size());
    assertFalse(html.matches("(?s).*(src|href)=\"(https?:)?//.*"));
  }

  @Test
  void shouldLinkToRunsOfAnyName() {
    GridPage.Cell cell =
        new GridPage.Cell(
            "ü 1#\"%?-1a2b",
            Map.of("run.seed", "1"), "done", "", List.of(model(0.9)), epochs("with-bn", 0.9), 1);
    String html = GridReport.html(new GridPage("g", "train", List.of("run.seed"), List.of(cell)));
    assertTrue(
        html.contains("<a href=\"../../%C3%BC%201%23%22%25%3F-1a2b/report.html\">1</a>"), html);
  }

  @Test
  void shouldShowTheMeanDriftOfTheLastEpoch() {
    List<GridPage.Cell> cells = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      cells.add(
          new GridPage.Cell(
              "r-" + seed,
              Map.of("run.seed", "" + seed),
              "done",
              "",
              List.of(model(0.9)),
              List.of(epoch(1, drift(9)), epoch(2, drift(seed))),
              1));
    }
    String html = GridReport.html(new GridPage("g", "train", List.of("run.seed"), cells));
    String drift = html.substring(html.indexOf("<section id=\"drift\""));
    assertTrue(drift.contains("1.5000"), drift); // of 1 and 2, in layer 1
    assertTrue(drift.contains("3.0000"), drift); // of 2 and 4, in layer 2
    assertFalse(GridReport.html(page()).contains("<section id=\"drift\""));
  }

  private static EpochMetrics epoch(int epoch, EpochDetails details) {
    return new EpochMetrics("with-bn", epoch, 0.4, 0.9, 0.3, 0.9, 1, 0.6, 0.1, 0.1, 0.1, details);
  }

  private static EpochDetails drift(double value) {
    return new EpochDetails(
        1,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        List.of(
            new LayerMetrics(1, value, 0, 0, 0, 0), new LayerMetrics(2, 2 * value, 0, 0, 0, 0)));
  }

  @Test
  void shouldDrawEachPlotWithItsLines() throws PlotException {
    Map<String, Plot> plots = GridPlots.of(page());

    assertEquals(
        List.of(
            "accuracy-by-model-batch-norm-sync",
            "accuracy-by-training-batch-size",
            "curves",
            "time"),
        List.copyOf(plots.keySet()));
    for (Plot plot : plots.values()) {
      assertTrue(plot.toSvg().contains("<desc"));
      assertTrue(plot.toPng().length > 5000);
    }
  }

  @Test
  void shouldWriteAPageWithoutAnyResult() {
    GridPage.Cell cell =
        new GridPage.Cell("r-1", Map.of("run.seed", "1"), "new", "", List.of(), List.of(), 0);
    String html = GridReport.html(new GridPage("g", "train", List.of("run.seed"), List.of(cell)));

    assertTrue(html.contains("No cell is done."));
    assertTrue(GridPlots.of(new GridPage("g", "train", List.of(), List.of(cell))).isEmpty());
  }

  @Test
  void shouldReadItsOwnMetricsBack() throws Exception {
    List<EpochMetrics> rows = new ArrayList<>(epochs("with, \"bn\"", 0.9));
    rows.add(
        new EpochMetrics(
            "x", 1, Double.NaN, 1, Double.POSITIVE_INFINITY, 0, 1, 2, 3, 4, 5, EpochDetails.NONE));
    StringBuilder csv = new StringBuilder();
    MetricsCsv.write(rows, csv);

    assertEquals(rows, MetricsCsv.read(csv.toString()));
  }

  /** Two values of sync, two of batch size, two seeds; the last cell is not complete. */
  private static GridPage page() {
    List<GridPage.Cell> cells = new ArrayList<>();
    for (int seed = 1; seed <= 2; seed++) {
      for (String sync : List.of("global", "local")) {
        for (String batch : List.of("2", "8")) {
          Map<String, String> at = new LinkedHashMap<>();
          at.put("run.seed", String.valueOf(seed));
          at.put("model.batch-norm.sync", sync);
          at.put("training.batch-size", batch);
          double accuracy = 0.90 + 0.01 * seed - (sync.equals("local") ? 0.10 : 0);
          String run = "r-" + (cells.size() + 1);
          boolean done = cells.size() < 7;
          cells.add(
              new GridPage.Cell(
                  run,
                  at,
                  done ? "done" : "failed",
                  done ? "" : "diverged <soon>",
                  done ? List.of(model(accuracy)) : List.of(),
                  done ? epochs("with-bn", accuracy) : List.of(),
                  3.5));
        }
      }
    }
    return new GridPage(
        "g", "train", List.of("run.seed", "model.batch-norm.sync", "training.batch-size"), cells);
  }

  private static ModelResult model(double accuracy) {
    return new ModelResult(
        "with-bn", true, 100, 2, 0, accuracy, 0.3, 2, 1, 1000, 5, 9, "model.zip");
  }

  private static List<EpochMetrics> epochs(String model, double accuracy) {
    return List.of(
        new EpochMetrics(
            model, 1, 0.5, 0.8, 0.4, accuracy - 0.1, 1, 0.6, 0.1, 0.1, 0.1, EpochDetails.NONE),
        new EpochMetrics(
            model, 2, 0.4, 0.9, 0.3, accuracy, 1, 0.6, 0.1, 0.1, 0.1, EpochDetails.NONE));
  }
}
