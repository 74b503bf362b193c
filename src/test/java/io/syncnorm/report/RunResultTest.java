package io.syncnorm.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunResultTest {
  private static final RunResult RESULT =
      SampleRun.result("mnist-1a2b3c4d", List.of(SampleRun.model("with BN", true)));

  @Test
  void shouldKeepTheOrderOfTheFields() throws Exception {
    JsonNode json = new ObjectMapper().readTree(RESULT.toJson());
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
  void shouldWriteValuesWithTheirTypes() throws Exception {
    JsonNode json = new ObjectMapper().readTree(RESULT.toJsonLine());
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
    String line = SampleRun.result("two\nlines", RESULT.models()).toJsonLine();
    assertFalse(line.contains("\n"), line);
    assertTrue(RESULT.toJson().startsWith("{\n  \"status\" : \"done\","), RESULT.toJson());
    assertTrue(RESULT.toJson().endsWith("}\n"), RESULT.toJson());
    ObjectMapper mapper = new ObjectMapper();
    assertEquals(mapper.readTree(RESULT.toJson()), mapper.readTree(RESULT.toJsonLine()));
  }

  @Test
  void shouldWriteNullForNumbersThatAreNotFinite() throws Exception {
    double infinite = Double.NEGATIVE_INFINITY;
    ModelResult diverged =
        new ModelResult("m", false, 1, 1, 0.1, Double.NaN, 1, infinite, 1, 2.5, 9, "m/model.zip");
    RunResult result = SampleRun.result("r", List.of(diverged));
    JsonNode model = new ObjectMapper().readTree(result.toJsonLine()).get("models").get(0);
    assertTrue(model.get("testLoss").isNull());
    assertTrue(model.get("secondsPerEpoch").isNull());
    assertTrue(Double.isNaN(RunResult.fromJson(result.toJson()).models().get(0).testLoss()));
  }

  @Test
  void shouldReadBackWhatItWrote() {
    assertEquals(RESULT, RunResult.fromJson(RESULT.toJson()));
    String later = RESULT.toJsonLine().replaceFirst("\\{", "{\"fieldOfALaterVersion\":1,");
    assertEquals(RESULT, RunResult.fromJson(later));
  }

  @Test
  void shouldNameWhatItExpectedWhenTheTextIsSomethingElse() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> RunResult.fromJson("{\"status\":"));
    assertTrue(e.getMessage().contains("JSON of a RunResult"), e.getMessage());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
