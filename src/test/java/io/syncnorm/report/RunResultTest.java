package io.syncnorm.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunResultTest {
  private static final RunResult RESULT =
      SampleRun.result("mnist-1a2b3c4d", List.of(SampleRun.model("with BN", true)));

  @Test
  void shouldKeepTheOrderOfTheFields() throws Exception {
    JsonNode json = new ObjectMapper().readTree(Json.pretty(RESULT));
    assertEquals(
        List.of(
            "status",
            "run",
            "seed",
            "world",
            "blas",
            "data",
            "sparkVersion",
            "models",
            "wallSeconds"),
        names(json));
    assertEquals(
        List.of(
            "name",
            "batchNorm",
            "parameters",
            "epochs",
            "testAccuracy",
            "testLoss",
            "trainSeconds",
            "secondsPerEpoch",
            "examplesPerSecond",
            "exchangeP50Micros",
            "exchangeP99Micros",
            "file"),
        names(json.get("models").get(0)));
    assertEquals(
        List.of("data/mnist/train-images-idx3-ubyte.gz", "data/mnist/t10k-images-idx3-ubyte.gz"),
        names(json.get("data")));
  }

  @Test
  void shouldWriteNamesOfClassesOnlyIfTheyAreNoNumbers() throws Exception {
    RunResult named =
        new RunResult(
            "done",
            "r",
            1,
            1,
            "",
            Map.of(),
            "",
            List.of(),
            0,
            List.of(),
            List.of("cat", "dog"),
            List.of());
    JsonNode json = new ObjectMapper().readTree(Json.line(named));
    assertEquals("[\"cat\",\"dog\"]", json.get("classes").toString());
    assertFalse(Json.line(RESULT).contains("classes"));
  }

  @Test
  void shouldWriteTheHostsAndThePartsOfTheirPauses() throws Exception {
    RunResult result = SampleRun.on(SampleRun.page("r"), SampleRun.hosts()).result();
    JsonNode lost = new ObjectMapper().readTree(Json.line(result)).get("hosts").get(1);
    assertEquals(
        List.of("model", "epoch", "step", "seconds", "hosts", "why", "pause"), names(lost));
    assertEquals(
        List.of("seconds", "endingSeconds", "slotsSeconds", "startingSeconds", "dataSeconds"),
        names(lost.get("pause")));
    assertEquals(result, Json.read(Json.pretty(result), RunResult.class));
    assertFalse(Json.line(RESULT).contains("hosts"));
  }

  @Test
  void shouldWriteValuesWithTheirTypes() throws Exception {
    JsonNode json = new ObjectMapper().readTree(Json.line(RESULT));
    JsonNode model = json.get("models").get(0);
    assertEquals("done", json.get("status").textValue());
    assertTrue(json.get("seed").isIntegralNumber());
    assertEquals(14.25, json.get("wallSeconds").doubleValue());
    assertTrue(model.get("batchNorm").booleanValue());
    assertEquals(109_770, model.get("parameters").longValue());
    assertEquals(0.9812, model.get("testAccuracy").doubleValue());
    assertEquals("with BN/model.zip", model.get("file").textValue());
  }

  @Test
  void shouldWriteTheSameJsonOnOneLine() throws Exception {
    String line = Json.line(SampleRun.result("two\nlines", RESULT.models()));
    assertFalse(line.contains("\n"), line);
    assertTrue(Json.pretty(RESULT).startsWith("{\n  \"status\" : \"done\","), Json.pretty(RESULT));
    assertTrue(Json.pretty(RESULT).endsWith("}\n"), Json.pretty(RESULT));
    ObjectMapper mapper = new ObjectMapper();
    assertEquals(mapper.readTree(Json.pretty(RESULT)), mapper.readTree(Json.line(RESULT)));
  }

  @Test
  void shouldWriteNullForNumbersThatAreNotFinite() throws Exception {
    double infinite = Double.NEGATIVE_INFINITY;
    ModelResult diverged =
        new ModelResult(
            "m", false, 1, 1, 0, 0.1, Double.NaN, 1, infinite, 1, 2.5, 9, "m/model.zip");
    RunResult result = SampleRun.result("r", List.of(diverged));
    JsonNode model = new ObjectMapper().readTree(Json.line(result)).get("models").get(0);
    assertTrue(model.get("testLoss").isNull());
    assertTrue(model.get("secondsPerEpoch").isNull());
    assertTrue(
        Double.isNaN(Json.read(Json.pretty(result), RunResult.class).models().get(0).testLoss()));
  }

  @Test
  void shouldReadWhatItWrites() {
    assertEquals(RESULT, Json.read(Json.pretty(RESULT), RunResult.class));
    String later = Json.line(RESULT).replaceFirst("\\{", "{\"fieldOfALaterVersion\":1,");
    assertEquals(RESULT, Json.read(later, RunResult.class));
  }

  @Test
  void shouldNameWhatItExpectsWhenTheTextIsInvalid() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> Json.read("{\"status\":", RunResult.class));
    assertTrue(e.getMessage().contains("JSON of a RunResult"), e.getMessage());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
