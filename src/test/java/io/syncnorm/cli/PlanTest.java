package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PlanTest {
  private static final double ROUNDING = 1e-12;

  @Test
  void shouldPlanRowsThatDoNotExistYet() throws IOException {
    CommandRun run =
        CommandRun.of(
                ("plan --ranks 2,4,64 --ranks-per-executor 2 --latency 25us --bandwidth 10Gb"
                        + " --inputs 6 --rows 6400 --set data.classes=3 --set model.hidden=[4]"
                        + " --set training.batch-size=16")
                    .split(" ", -1))
            .done();
    assertEquals(1, run.out().lines().count(), run.out());
    JsonNode result = new ObjectMapper().readTree(run.out());
    assertEquals("done", result.get("status").asText());
    JsonNode model = result.get("model");
    assertEquals(6400, model.get("rows").asLong());
    assertEquals(6 * 4 + 8 + 4 * 3 + 3, model.get("parameters").asLong());
    assertTrue(result.at("/measured/steps/0/secondsPerRow").asDouble() > 0, run.out());
    JsonNode cluster = result.get("cluster");
    assertEquals(25e-6, cluster.get("latencySeconds").asDouble(), ROUNDING);
    assertEquals(1.25e9, cluster.get("bytesPerSecond").asDouble());
    assertEquals("", cluster.get("measuredBetween").asText());
    assertEquals("this machine", result.at("/measured/machine").asText());
    JsonNode worlds = result.get("worlds");
    assertEquals(3, worlds.size());
    JsonNode one = worlds.get(0);
    assertEquals(1, one.get("executors").asInt());
    assertEquals(0, one.get("bytesPerStep").asLong());
    assertEquals(1, one.get("efficiency").asDouble());
    JsonNode two = worlds.get(1);
    long bytes = (24 + 9 * 8) + (24 + 8 * 8);
    assertEquals(bytes, two.get("bytesPerStep").asLong());
    assertEquals(2 * 25e-6 + bytes / 1.25e9, two.get("exchangeSeconds").asDouble(), ROUNDING);
    JsonNode many = worlds.get(2);
    assertEquals(64, many.get("ranks").asInt());
    assertEquals(32, many.get("executors").asInt());
    assertEquals(7, many.get("stepsPerEpoch").asInt()); // 100 rows of a rank, 16 in a step
    assertTrue(many.get("efficiency").asDouble() < two.get("efficiency").asDouble(), run.out());

    assertTrue(run.err().contains("a step with 16 rows on this machine: "), run.err());
    assertTrue(run.err().contains("batch for 90 %"), run.err());
    assertTrue(run.err().lines().anyMatch(line -> line.matches(" *64 +32 +16 .*%.*")), run.err());
    assertFalse(run.err().contains("starting Spark"), run.err());
  }

  /** Before it reads any rows: there are none. */
  @Test
  void shouldRefuseToProbeLocalMode() {
    CommandRun.of("plan", "--probe", "--ranks", "2", "--set", "data.train-images=nowhere")
        .assertFailed(
            ExitCode.RESOURCES,
            "expected executors>=2, found executors=0 on master=local[2]",
            "submit/standalone.sh",
            "--latency and --bandwidth");
  }

  @Test
  void shouldReadTheConfiguredRows(@TempDir Path folder) throws IOException {
    SampleData data = SampleData.write(folder);
    CommandRun run =
        CommandRun.of(
                data.command("plan", "data.classes=auto"),
                folder.resolve("runs"),
                "--quiet",
                "--ranks",
                "2",
                "--latency",
                "25us",
                "--bandwidth",
                "10Gb")
            .done();
    JsonNode model = new ObjectMapper().readTree(run.out()).get("model");
    assertEquals(SampleData.TRAIN_ROWS, model.get("rows").asLong());
    assertEquals(SampleData.CLASSES, model.get("classes").asInt());
    assertEquals(16, model.get("inputs").asInt());
    assertFalse(run.err().contains("batch for 90 %"), run.err());
  }
}
