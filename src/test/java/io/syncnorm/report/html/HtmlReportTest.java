package io.syncnorm.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Locales;
import io.syncnorm.report.Baseline;
import io.syncnorm.report.Json;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.SampleRun;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HtmlReportTest {
  private static final String HTML = SampleRun.html(SampleRun.page("mnist-1a2b3c4d"));
  private static final List<String> SECTIONS =
      List.of(
          "summary",
          "accuracy",
          "loss",
          "time",
          "drift",
          "recalibration",
          "evaluation",
          "configuration",
          "data",
          "versions");

  @Test
  void shouldBeSelfContained() {
    for (MatchResult url :
        matches("(?:src|href|url|action|srcset)\\s*[=(]\\s*[\"']?([^\"')\\s>]*)")) {
      String target = url.group(1);
      assertTrue(target.startsWith("data:image/png;base64,") || target.startsWith("#"), target);
    }
    assertFalse(HTML.contains("http://"));
    assertFalse(HTML.contains("https://"));
    assertFalse(HTML.contains("<script"));
    assertFalse(HTML.contains("@import"));
  }

  @Test
  void shouldExplainEverySection() {
    for (String section : SECTIONS) {
      String body = section(section);
      assertTrue(body.contains("<p class=\"how\">How to read this: "), section);
    }
    assertEquals(SECTIONS.size(), matches("<section ").size());
  }

  @Test
  void shouldStartWithATableOfContents() {
    List<String> linked =
        matches("<li><a href=\"#([^\"]+)\">").stream().map(link -> link.group(1)).toList();
    assertEquals(SECTIONS, linked);
    assertTrue(HTML.indexOf("<nav aria-label=\"Contents\">") < HTML.indexOf("<main>"));
  }

  @Test
  void shouldCaptionEachTable() {
    assertEquals(matches("<table[ >]").size(), matches("<table[^>]*>\\s*<caption>[^<]+</").size());
    assertFalse(HTML.contains("validation"), "the word is test everywhere");
  }

  @Test
  void shouldSupportDarkMode() {
    assertTrue(HTML.contains("@media screen and (prefers-color-scheme: dark) {\n  figure ["));
    assertFalse(HTML.contains("background: #ffffff; border-radius"), "white paper");
  }

  /** A run may be a cell of several grids, and may be older than them. */
  @Test
  void shouldLinkToEachGridOnce() {
    String once = HtmlReport.linkedToGrid(HTML, "a b", "../experiments/a b/report.html");
    String twice = HtmlReport.linkedToGrid(once, "50%#", "../experiments/50%#/report.html");
    assertTrue(once.contains("<a href=\"../experiments/a%20b/report.html\">a b</a>"));
    assertTrue(twice.contains("<a href=\"../experiments/50%25%23/report.html\">50%#</a>"));
    assertEquals(twice, HtmlReport.linkedToGrid(twice, "a b", "../experiments/a b/report.html"));
  }

  @Test
  void shouldSummarizeEachModel() {
    String summary = section("summary");
    for (String part :
        List.of("with BN", "without BN", "109,770", "98.12&nbsp;%", "0.0712", "0.375", "160,001")) {
      assertTrue(summary.contains(part), part + " in " + summary);
    }
    assertTrue(summary.contains("On 1,500 rows one standard error"), summary);
  }

  @Test
  void shouldShowEachPlotForWideAndNarrowWindows() {
    for (String section : List.of("accuracy", "loss")) {
      assertEquals(2, count(section(section), "<svg "), section);
    }
    assertEquals(4, count(section("time"), "<svg "));
  }

  @Test
  void shouldShowTheDriftOfEachLayerAndOmitMissingFigures() {
    String drift = section("drift");
    assertEquals(4, count(drift, "<svg "));
    assertEquals(4, count(drift, "<tr><th scope=\"row\">"));
    assertTrue(drift.contains("with BN, layer 2 (solid line)"), drift);
    assertTrue(drift.contains("without BN, layer 1 (dashed line)"));
    String statistics = drift.substring(0, drift.indexOf("Weight divergence by epoch"));
    assertFalse(statistics.contains("without BN, layer"), "it has no statistics to drift");
    String recalibration = section("recalibration");
    assertEquals(1, count(recalibration, "<svg "));
    assertEquals(1, count(recalibration, "<tr><th scope=\"row\">"));
    assertTrue(recalibration.contains("97.79&nbsp;%"), recalibration);
  }

  @Test
  void shouldUseEachIdOnce() {
    Set<String> seen = new HashSet<>();
    for (MatchResult id : matches("\\bid=\"([^\"]*)\"")) {
      assertTrue(seen.add(id.group(1)), id.group(1));
    }
    List<MatchResult> references = matches("url\\(#([^)]*)\\)");
    assertFalse(references.isEmpty());
    for (MatchResult reference : references) {
      assertTrue(seen.contains(reference.group(1)), reference.group(1));
    }
  }

  @Test
  void shouldNameClassesInEveryTable() {
    ReportPage page = SampleRun.page("named");
    String named =
        EvaluationSections.html(
            new ReportPage(
                page.result(),
                page.epochs(),
                Map.of(SampleRun.WITH, SampleRun.namedEvaluation()),
                page.config(),
                page.versions(),
                Map.of()));
    String escaped = "Iris versicolor &amp; setosa &lt;hybrid&gt;";
    assertFalse(named.contains("<hybrid>"));
    assertTrue(named.contains("<table class=\"confusion named\">"), "columns are written upwards");
    assertEquals(2, count(named, "<th scope=\"row\">" + escaped), "confusion matrix, precision");
    assertEquals(1, count(named, "<th scope=\"col\">" + escaped));
    assertTrue(named.contains("Most confident mistakes, with BN"), "a table for lack of pictures");
    Pattern mistake = Pattern.compile("<tr><th scope=\"row\">[\\d,]+</th><td>");
    assertEquals(6, mistake.matcher(named).results().count());
    assertFalse(named.contains("<img"));
  }

  @Test
  void shouldShowConfusionMatricesWhoseCellsAddUp() {
    List<MatchResult> rows =
        matches(
            "<tr><th scope=\"row\">\\d</th>((?:<td class=\"(?:zero|right|wrong)\".*?</td>)+)"
                + "<td class=\"sum\">([\\d,]+)</td></tr>");
    assertEquals(20, rows.size());
    int total = 0;
    for (MatchResult row : rows) {
      int sum =
          Pattern.compile(">([\\d,]+)</td>")
              .matcher(row.group(1))
              .results()
              .mapToInt(cell -> number(cell.group(1)))
              .sum();
      assertEquals(number(row.group(2)), sum);
      total += sum;
    }
    assertEquals(2000 + 1500, total);
  }

  @Test
  void shouldShowTheMistakesAsPictures() throws Exception {
    List<MatchResult> pictures = matches("src=\"data:image/png;base64,([^\"]*)\"");
    assertEquals(24, pictures.size());
    byte[] png = Base64.getDecoder().decode(pictures.get(0).group(1));
    assertEquals(28, ImageIO.read(new ByteArrayInputStream(png)).getWidth());
    assertTrue(section("evaluation").contains(", predicted <b>"));
  }

  @Test
  void shouldShowTheOriginOfTheRun() {
    assertTrue(section("configuration").contains("training { epochs = 20, batch-size = 128 }"));
    assertTrue(section("data").contains("0123456789abcdef".repeat(4)));
    for (String name : List.of("Java", "Spark", "DL4J", "BLAS", "Operating system", "Cores")) {
      assertTrue(section("versions").contains(">" + name + "<"), name);
    }
  }

  @Test
  void shouldEscapeHostileText() {
    String hostile = "</title><script>alert('x')</script>\"&\u0007";
    ModelResult model = SampleRun.model(hostile, true);
    RunResult result =
        new RunResult(
            hostile,
            hostile,
            1,
            1,
            hostile,
            Map.of(hostile, hostile),
            "3",
            List.of(model),
            1,
            List.of(new Baseline(hostile, List.of(new Baseline.Point(1, 1, 0.5)))),
            List.of(),
            List.of());
    ReportPage page =
        new ReportPage(
            result,
            SampleRun.epochs(2, hostile),
            Map.of(hostile, SampleRun.evaluation(200)),
            hostile,
            Map.of(hostile, hostile),
            Map.of());
    String html = SampleRun.html(page);
    assertFalse(html.contains("<script"));
    assertFalse(html.contains("alert('x')"));
    assertFalse(html.contains("\u0007"));
    assertTrue(html.contains("&lt;script&gt;alert(&#39;x&#39;)"));
  }

  @Test
  void shouldShowABaselineOnlyIfThereIsOne() {
    ReportPage page = SampleRun.page("mnist-1a2b3c4d");
    assertFalse(SampleRun.html(page).contains("Accuracy over time"));
    RunResult of = page.result();
    RunResult with =
        new RunResult(
            of.status(),
            of.run(),
            of.seed(),
            of.world(),
            of.blas(),
            of.data(),
            of.sparkVersion(),
            of.models(),
            of.wallSeconds(),
            List.of(
                new Baseline(
                    "another",
                    List.of(
                        new Baseline.Point(12, 6.25, 0.5), new Baseline.Point(100, 53, 0.969)))),
            of.classes(),
            of.hosts());
    String html =
        SampleRun.html(
            new ReportPage(
                with, page.epochs(), page.evaluations(), page.config(), page.versions(), Map.of()));
    assertTrue(html.contains("Accuracy over time"));
    assertTrue(html.contains("Test accuracy by seconds of training"));
    assertTrue(html.contains("<td>100</td>") && html.contains("53.00"), "the table");
    assertEquals(with, Json.read(Json.pretty(with), RunResult.class));
    assertFalse(Json.pretty(of).contains("baselines"));
  }

  @Test
  void shouldShowWhenAndWhyTheHostsChanged() {
    ReportPage page = SampleRun.on(SampleRun.page("mnist-1a2b3c4d"), SampleRun.hosts());
    String html = SampleRun.html(page);
    assertTrue(html.contains("<li>ranks <b>2</b> on <b>1 to 2</b> hosts</li>"));
    assertEquals(4, count(html, "; evaluation, other; pause."));
    String lost =
        "<th scope=\"row\">9.3</th><td>with BN</td><td>epoch 6, step 120</td><td>1</td>"
            + "<td>executor &lt;1&gt; on node-7 was lost</td><td>1.88</td><td>0.25</td>"
            + "<td>0.13</td><td>1.00</td><td>0.50</td>";
    assertTrue(html.contains(lost), html.substring(html.indexOf("Hosts, since")));
    assertTrue(html.contains("A pause is the time without a step"));
  }

  /** An undisturbed run has nothing to tell: the number of hosts is that of the ranks. */
  @Test
  void shouldNotShowHostsThatNeverChanged() {
    List<RunResult.Hosts> all = SampleRun.hosts();
    ReportPage page = SampleRun.page("mnist-1a2b3c4d");
    assertEquals(HTML, SampleRun.html(SampleRun.on(page, List.of(all.get(0), all.get(3)))));
  }

  @Test
  void shouldNotDependOnTheLocale() throws Exception {
    for (var locale : List.of(Locales.GERMAN, Locales.EGYPTIAN)) {
      String there = Locales.in(locale, () -> SampleRun.html(SampleRun.page("mnist-1a2b3c4d")));
      assertEquals(HTML, there);
    }
  }

  @Test
  void shouldWriteAPageForARunWithoutResults() throws Exception {
    ModelResult diverged =
        new ModelResult(
            "m",
            false,
            1,
            0,
            0,
            Double.NaN,
            Double.NaN,
            0,
            Double.NaN,
            0,
            Double.NaN,
            Double.NaN,
            "m/model.zip");
    RunResult result =
        new RunResult(
            "diverged",
            "r",
            1,
            1,
            "",
            Map.of(),
            "",
            List.of(diverged),
            0,
            List.of(),
            List.of(),
            List.of());
    String html =
        SampleRun.html(new ReportPage(result, List.of(), Map.of(), "", Map.of(), Map.of()));
    assertTrue(html.contains("No epoch has finished."));
    assertTrue(html.contains("No model was evaluated."));
    assertFalse(html.contains("NaN"), html);
    assertFalse(html.contains("id=\"drift\"") || html.contains("id=\"recalibration\""), html);
    assertTrue(html.endsWith("</html>\n"));
  }

  private static List<MatchResult> matches(String regex) {
    return Pattern.compile(regex).matcher(HTML).results().toList();
  }

  private static String section(String id) {
    int start = HTML.indexOf("<section id=\"" + id + "\">");
    assertTrue(start >= 0, id);
    return HTML.substring(start, HTML.indexOf("</section>", start));
  }

  private static long count(String text, String part) {
    return Stream.of(text.split(Pattern.quote(part), -1)).count() - 1;
  }

  private static int number(String text) {
    return Integer.parseInt(text.replace(",", ""));
  }
}
