package io.syncnorm.submit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.syncnorm.submit.Script.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks in executors of their own, on Spark's own Master and Workers, against local mode. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class ClusterTrainingIT {
  @TempDir private static Path folder;
  private static StandaloneCluster cluster;

  @BeforeAll
  static void startCluster() throws Exception {
    cluster = StandaloneCluster.start(folder.resolve("cluster"), 3);
  }

  @AfterAll
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void shouldTrainTheModelOfLocalModeBitByBit(int world) throws Exception {
    List<String> settings = List.of("training.epochs=2", "training.world=" + world);
    Outcome executors = onCluster(world, settings);
    assertEquals(0, executors.code(), executors.err());
    JsonNode result = new ObjectMapper().readTree(executors.lastLine());
    assertEquals("done", result.path("status").textValue());
    assertEquals(world, result.path("world").intValue());
    assertArrayEquals(local(settings), model("cluster"));
  }

  @Test
  void shouldSayHowManySlotsAreMissing() throws Exception {
    Outcome outcome =
        onCluster(2, List.of("training.world=5", "training.slot-timeout=2s", "run.name=slots"));
    assertEquals(4, outcome.code(), outcome.err());
    assertTrue(outcome.err().contains("expected world=5, found slots=2"), outcome.err());
  }

  private static Outcome onCluster(int executors, List<String> settings) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("--master", cluster.master(), "--executors", String.valueOf(executors)));
    words.addAll(command("cluster", settings));
    return Script.of("standalone.sh").run(words.toArray(String[]::new));
  }

  private static byte[] local(List<String> settings) throws IOException {
    Outcome outcome = Script.of("local.sh").run(command("local", settings).toArray(String[]::new));
    assertEquals(0, outcome.code(), outcome.err());
    return model("local");
  }

  private static List<String> command(String where, List<String> settings) {
    List<String> words =
        new ArrayList<>(List.of("train", "--out", folder.resolve(where + "-runs").toString()));
    List<String> all = new ArrayList<>(List.of("data.limit-train=6000", "data.limit-test=1000"));
    all.addAll(settings);
    all.forEach(setting -> words.addAll(List.of("--set", setting)));
    return words;
  }

  private static byte[] model(String where) throws IOException {
    return TrainedModel.newest(folder.resolve(where + "-runs"));
  }
}
