package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.ResumeMode;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.experiment.RunOrigin;
import io.syncnorm.experiment.SharedData;
import io.syncnorm.experiment.TrainingRun;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.live.LiveView;
import io.syncnorm.report.RunResult;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.train.EpochResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests runs that serve their report while they train, over HTTP. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final long END_SECONDS = 60;
  private static final Pattern ADDRESS =
      Pattern.compile("live view: (http://127\\.0\\.0\\.1:\\d+/[0-9a-f]{32}/)");

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(DEADLINE).build();
  @TempDir Path folder;
  private SampleData data;
  private Path out;

  @BeforeEach
  void writeData() {
    data = SampleData.write(folder);
    out = folder.resolve("runs");
  }

  /** Each epoch is on the page before the next one may end. */
  @Test
  void shouldShowEachEpochWhileTheNextOneTrains() throws Exception {
    List<String> settings = new ArrayList<>(data.command("compare", "training.epochs=3"));
    settings.removeIf(word -> word.equals("--set") || word.equals("compare"));
    Configuration configuration = ConfigLoader.load(List.of(), settings);
    List<String> pages = new ArrayList<>();
    try (JavaSparkContext spark = LocalSpark.start("LiveTest", 2);
        SharedData shared = new SharedData(spark);
        LiveView live = LiveView.start("sample", 0)) {
      RunListener browser =
          new RunListener() {
            @Override
            public void epochFinished(String model, EpochResult result) {
              pages.add(get(URI.create(live.address())));
            }
          };
      RunResult result =
          new TrainingRun(
                  spark,
                  shared,
                  Registry.of(out),
                  RunOrigin.of("compare"),
                  configuration,
                  List.of(live, browser))
              .run(ModelPlan.comparison(configuration), List.of(), out, new ResumeMode.Auto());
      assertEquals(6, pages.size());
      for (int epoch = 1; epoch <= pages.size(); epoch++) {
        String page = pages.get(epoch - 1);
        assertTrue(page.contains("<li>status <b>running</b></li>"), page);
        assertTrue(page.contains("<li>epochs <b>" + epoch + " of 6</b>"), page);
        assertTrue(page.contains(epoch <= 3 ? ">Live: with-bn" : ">Live: without-bn"), page);
        assertTrue(page.contains(result.run()), page);
      }
      assertTrue(pages.get(0).contains("<svg "), "the curves begin");
      String last = get(URI.create(live.address()).resolve("state"));
      String file = Files.readString(out.resolve(result.run()).resolve("report.html"));
      assertTrue(last.contains("data-state=\"ended\">The run is done: its report is "), last);
      assertTrue(last.endsWith(bodyOf(file)), "the last state is the report");
    }
  }

  private static String bodyOf(String html) {
    return html.substring(html.indexOf("<header>"), html.indexOf("</body>"));
  }

  @Slow
  @Test
  void shouldFollowACommandUntilItIsStopped() throws Exception {
    List<String> command = data.command("train", "training.epochs=100000", "model.hidden=[64]");
    command.addAll(List.of("--quiet", "--live"));
    try (ProcessRun run = new ProcessRun(command, out)) {
      run.awaitLine("live view: ");
      Matcher address = ADDRESS.matcher(run.err());
      assertTrue(address.find(), run.err());
      URI page = URI.create(address.group(1));
      String state = get(page.resolve("state"));
      while (!state.contains("<svg ")) { // the test's timeout ends this
        Thread.sleep(100);
        state = get(page.resolve("state"));
      }
      assertTrue(state.contains("data-state=\"running\">Live: with-bn trains.<"), state);
      run.terminate();
      while (!state.contains("data-state=\"ended\"")) {
        state = get(page.resolve("state"));
      }
      assertTrue(state.contains("The run was stopped. The same command resumes it."), state);
      assertTrue(state.contains("<li>status <b>interrupted</b></li>"), state);
      assertEquals(143, run.exitCode(END_SECONDS), run.err());
      assertThrows(UncheckedIOException.class, () -> get(page));
    }
  }

  @Test
  void shouldTrainTheSameModelAndEndWithTheRun() throws IOException {
    RunFolder without = RunFolder.of(CommandRun.of(data.command("train"), out), out);
    Path other = folder.resolve("other");
    CommandRun live = CommandRun.of(data.command("train"), other, "--live");
    RunFolder.of(live, other).assertSameOutcome(without);
    Matcher address = ADDRESS.matcher(live.err());
    assertTrue(address.find(), live.err());
    assertThrows(UncheckedIOException.class, () -> get(URI.create(address.group(1))));
    assertFalse(CommandRun.of(data.command("train"), out).done().err().contains("live view"));
  }

  @Test
  void shouldRefuseAPortThatCannotBeUsed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      CommandRun.of(data.command("train"), out, "--live", port)
          .assertFailed(ExitCode.USAGE, "--live", "port " + port, "in use", "give another port");
    }
    for (String wrong : List.of("65536", "-1", "x")) {
      CommandRun.of(data.command("train"), out, "--live=" + wrong)
          .assertFailed(ExitCode.USAGE, "--live", wrong);
    }
    assertFalse(Files.exists(out), "before anything starts");
  }

  private String get(URI uri) {
    try {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(DEADLINE).build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
