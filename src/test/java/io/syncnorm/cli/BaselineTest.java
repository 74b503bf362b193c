package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.report.Baseline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a comparison that includes Spark MLlib's perceptron. */
@Timeout(120)
class BaselineTest {
  @TempDir Path folder;

  @Test
  void shouldTrainTheBaselineOnTheSameDataAndReportIt() throws Exception {
    SampleData data = SampleData.write(folder);
    Path runs = folder.resolve("runs");
    CommandRun run =
        CommandRun.of(
            data.command("compare", "data.limit-test=21"),
            runs,
            "--baseline",
            "mllib",
            "--baseline-iterations",
            "8");
    RunFolder left = RunFolder.of(run, runs);

    List<Baseline> baselines = left.result().baselines();
    assertEquals(1, baselines.size());
    assertEquals("MLlib perceptron", baselines.get(0).name());
    List<Baseline.Point> points = baselines.get(0).points();
    assertEquals(List.of(1, 2, 4, 8), points.stream().map(Baseline.Point::iterations).toList());
    assertTrue(points.get(3).testAccuracy() > 0.6, points.toString()); // chance is a third
    assertEquals(
        21 * points.get(3).testAccuracy(),
        Math.rint(21 * points.get(3).testAccuracy()),
        1e-9,
        "a share of the 21 test images");
    assertTrue(points.stream().allMatch(point -> point.seconds() > 0));
    assertTrue(left.text("report.html").contains("Accuracy over time"));
    assertTrue(left.text("accuracy-over-time.svg").contains("<svg"));
    assertTrue(Files.size(left.file("accuracy-over-time.png")) > 0);
  }

  @Test
  void shouldRefuseABaselineWithoutIterations() {
    CommandRun refused =
        CommandRun.of(
            List.of("compare", "--baseline", "mllib", "--baseline-iterations", "0"),
            folder.resolve("runs"));
    assertEquals(ExitCode.USAGE.code(), refused.code());
    assertTrue(refused.err().contains("--baseline-iterations must be at least 1"), refused.err());
  }
}
