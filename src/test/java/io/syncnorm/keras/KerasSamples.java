package io.syncnorm.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Models that Keras 3 wrote, with what it predicts for some rows; made by {@code
 * src/test/python/keras3_models.py}.
 */
public final class KerasSamples {
  private static final Path FOLDER = Path.of("src/test/resources/io/syncnorm/keras");

  private KerasSamples() {}

  /**
   * Rows and their class probabilities.
   *
   * @param rows each flat, in the order of Keras' input
   */
  public record Expected(List<float[]> rows, List<float[]> probabilities) {}

  public static Path file(String name) {
    return FOLDER.resolve(name);
  }

  /** Returns what Keras predicts with a model. */
  public static Expected expected(String model) throws IOException {
    JsonNode node =
        new ObjectMapper().readTree(file("expected.json").toFile()).path("models").path(model);
    return new Expected(arrays(node.path("rows")), arrays(node.path("probabilities")));
  }

  private static List<float[]> arrays(JsonNode node) {
    List<float[]> arrays = new ArrayList<>();
    for (JsonNode row : node) {
      float[] values = new float[row.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) row.get(i).asDouble();
      }
      arrays.add(values);
    }
    return arrays;
  }
}
