package io.syncnorm.report.html;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.RunResult;
import io.syncnorm.report.SampleRun;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests reports that grow, and the pages that show them. */
@Timeout(60)
class LivePageTest {
  private static final ReportPage END = withBaseline(SampleRun.page("mnist-1a2b3c4d"));

  /** Adds hosts and a baseline, so that the page has every section. */
  private static ReportPage withBaseline(ReportPage page) {
    RunResult of = page.result();
    RunResult result =
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
            List.of(new Baseline("mllib", List.of(new Baseline.Point(12, 6.25, 0.5)))),
            SampleRun.NAMES,
            SampleRun.hosts());
    return new ReportPage(
        result,
        page.epochs(),
        page.evaluations(),
        page.config(),
        page.versions(),
        page.unfinished());
  }

  @Test
  void shouldEndAsTheReportOfTheWholeRun() {
    RunReport report = new RunReport(SampleRun.before(END), System.nanoTime());
    SampleRun.fill(report, END);
    report.end("done");
    ReportPage grown = report.page();
    assertEquals(
        withoutTime(SampleRun.html(END)), withoutTime(SampleRun.html(grown)), "the final page");
    assertEquals(grown, report.page(), "the time stands still");
  }

  private static String withoutTime(String html) {
    return html.replaceFirst("wall time <b>[^<]+</b>", "");
  }

  @Test
  void shouldShowWhatIsKnownSoFar() {
    RunReport report = new RunReport(SampleRun.before(END), System.nanoTime());
    int first = report.revision();
    String before = SampleRun.html(report.page());
    assertTrue(before.contains("<li>status <b>running</b></li>"), before);
    assertTrue(before.contains("<td>0 of 20</td>"), before);
    assertTrue(before.contains("A model is evaluated when its training ends."));

    report.addEpochs(END.epochs().subList(0, 7), END.result().models().get(0));
    assertTrue(report.revision() > first);
    ReportPage page = report.page();
    assertEquals(END.epochs().subList(0, 7), page.epochs());
    assertTrue(SampleRun.html(page).contains("<svg "));

    report.addModel(
        END.result().models().get(0), END.evaluations().get(SampleRun.WITH), SampleRun.NAMES);
    String half = SampleRun.html(report.page());
    assertTrue(half.contains("epochs <b>20 of 40</b> <progress max=\"40\" value=\"20\""), half);
    assertTrue(half.contains("<td>0 of 20</td>") && half.contains("<td>20</td>"), half);
    assertEquals(7, page.epochs().size(), "a page does not grow");
    assertFalse(SampleRun.html(END).contains("<progress"));
  }

  @Test
  void shouldRunOneScriptOnly() throws Exception {
    String html = page(3, "<script>alert(1)</script>").html("</title><script>", "<script>");
    int start = html.indexOf("<script>") + "<script>".length();
    assertEquals(start, html.lastIndexOf("<script>") + "<script>".length(), "one script");
    String script = html.substring(start, html.indexOf("</script>"));
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
    String source = "script-src 'sha256-" + Base64.getEncoder().encodeToString(hash) + "';";
    assertTrue(LivePage.POLICY.contains(source), LivePage.POLICY);
    assertFalse(html.contains("http-equiv"), "a second policy would forbid the script");
    assertFalse(html.contains("http:") || html.contains("https:"), "nothing from elsewhere");
  }

  @Test
  void shouldSendSectionsOnlyToPagesThatShowOthers() {
    LivePage page = page(3, "with BN trains");
    String line =
        """
        <p id="live" role="status" data-revision="3" data-state="running">with BN trains</p>
        """;
    assertEquals(line + "<header></header>", page.update(3));
    assertEquals(line + "<header></header><main>\n<section></section></main>\n", page.update(2));
    assertTrue(page.html("run", "here").contains(page.update(-1)));
  }

  private static LivePage page(int revision, String notice) {
    return new LivePage(revision, false, notice, "<header></header>", "<section></section>");
  }
}
