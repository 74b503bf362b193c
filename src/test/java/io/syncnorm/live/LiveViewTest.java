package io.syncnorm.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.experiment.RunListener.Failure;
import io.syncnorm.report.SampleRun;
import io.syncnorm.report.html.ReportPage;
import io.syncnorm.report.html.RunReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests what a page shows from the start of a run to its end, over HTTP. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveViewTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(DEADLINE).build();
  private final ReportPage sample = SampleRun.page("mnist-1a2b3c4d");
  private LiveView view;

  @BeforeEach
  void start() throws IOException {
    view = LiveView.start("mnist <&>", 0);
  }

  @AfterEach
  void stop() {
    view.close();
  }

  @Test
  void shouldFollowARunFromItsStartToItsEnd() throws Exception {
    String before = get("");
    assertTrue(before.contains("<title>SyncNorm: mnist &lt;&amp;&gt;</title>"), before);
    assertTrue(before.contains("data-revision=\"0\" data-state=\"running\">Live: Spark starts.<"));
    view.dataLoaded(12_000, 1);
    assertTrue(state(0).contains("Live: Executors read the data: 12,000 rows so far."));

    RunReport report = new RunReport(SampleRun.before(sample), System.nanoTime());
    view.runStarted(Path.of("runs", "mnist-1a2b3c4d"), 2, 10);
    view.reportStarted(report);
    view.modelStarted(SampleRun.WITH, 20);
    String begun = state(0);
    assertTrue(begun.contains("data-revision=\"1\" data-state=\"running\">Live: with BN trains.<"));
    assertTrue(begun.contains("epochs <b>0 of 40</b> <progress max=\"40\" value=\"0\""), begun);
    assertTrue(begun.contains("No epoch has finished."));
    assertFalse(state(1).contains("<main>"), "what a page has is not sent again");
    assertTrue(state(1).contains("<header>"));

    SampleRun.fill(report, sample);
    report.end("done");
    view.modelFinished(SampleRun.WITHOUT);
    view.runDone(report.page().result());
    String end = state(1);
    assertTrue(end.contains("data-state=\"ended\">The run is done: its report is runs/mnist-1a2b"));
    assertTrue(end.endsWith(bodyOf(SampleRun.html(report.page()))), "the same as the report");
    assertTrue(get("").contains(bodyOf(SampleRun.html(report.page()))));
  }

  @Test
  void shouldSayWhyARunEnded() throws Exception {
    view.runFailed(Failure.INTERRUPTED, "SIGTERM");
    assertTrue(state(0).contains("data-state=\"ended\">The run was stopped. The same command"));
    view.runFailed(Failure.ERROR, "rank 3 <lost>");
    assertTrue(state(0).contains("data-state=\"ended\">The run failed: rank 3 &lt;lost&gt;<"));
    view.runFinishedBefore(Path.of("runs", "x"), sample.result());
    assertTrue(state(0).contains("data-state=\"ended\">This run had already finished"));
  }

  /** Whoever has the page open gets the end; whoever closed it is not waited for. */
  @Test
  void shouldTellAnOpenPageThatTheRunEndedBeforeItTrained() throws Exception {
    get("");
    Thread closing = new Thread(view::close, "closing");
    closing.start();
    String last = state(0);
    while (!last.contains("data-state=\"ended\"")) { // until the other thread has begun to close
      last = state(0);
    }
    assertTrue(last.contains("The run ended before it trained"), last);
    closing.join(DEADLINE.toMillis());
    assertFalse(closing.isAlive());
    assertThrows(IOException.class, () -> get(""));
  }

  @Test
  void shouldSurviveAReportThatCannotBeDrawn() throws Exception {
    ReportPage start = SampleRun.before(sample);
    Map<String, String> broken = new LinkedHashMap<>();
    broken.put("Java", null);
    RunReport report =
        new RunReport(
            new ReportPage(
                start.result(),
                start.epochs(),
                start.evaluations(),
                start.config(),
                broken,
                start.unfinished()),
            System.nanoTime());
    view.reportStarted(report);
    for (int i = 0; i < 3; i++) {
      String state = state(0);
      assertTrue(state.contains("data-state=\"running\">The report cannot be drawn"), state);
    }
    view.runDone(sample.result());
    assertTrue(state(0).contains("data-state=\"ended\">"));
  }

  private String state(int shown) throws IOException, InterruptedException {
    return get("state?revision=" + shown);
  }

  private String get(String below) throws IOException, InterruptedException {
    URI uri = URI.create(view.address()).resolve(below);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(DEADLINE).build();
    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }

  private static String bodyOf(String html) {
    return html.substring(html.indexOf("<header>"), html.indexOf("</body>"));
  }
}
