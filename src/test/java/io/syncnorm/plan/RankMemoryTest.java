package io.syncnorm.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Estimates against sums by hand. */
class RankMemoryTest {
  private static Configuration configuration(String... settings) {
    return ConfigLoader.load(List.of(), List.of(settings)).with(Keys.CLASSES, 10);
  }

  @Test
  void shouldCountRowsAndWhatLayersPutOut() {
    Configuration perceptron = configuration("model.hidden=[128, 64]");
    assertEquals(4 * 32 * (2 * 784 + 3 * (128 + 64)), RankMemory.batches(perceptron, 784, 32));
  }

  /**
   * The first convolution copies the windows of four outputs, 5 x 8 pixels, as one, six times a
   * line; the second those of two, 5 x 6 pixels of eight channels, four times a line. Pieces are of
   * whole lines, and of 65,536 floats at most. A widened filter has a gradient.
   */
  @Test
  void shouldCountTheWindowsOfConvolutions() {
    Configuration lenet =
        configuration(
            "model.layers=[{conv = 8, kernel = 5}, batch-norm, relu, {max-pool = 2},"
                + " {conv = 16, kernel = 5}, batch-norm, relu, {max-pool = 2},"
                + " {dense = 64}, batch-norm, relu, {dense = 32}]",
            "model.image=[28, 28, 1]");
    long row = 2 * 784 + 3 * (24 * 24 * 8 + 12 * 12 * 8 + 8 * 8 * 16 + 4 * 4 * 16 + 64 + 32);
    long filters = 2 * (40 * 4 * 8 + 240 * 2 * 16);
    long first = 65_536 / (6 * 40) * (6 * 40);
    long second = 65_536 / (4 * 240) * (4 * 240);
    assertEquals(4 * (32 * row + first + second + filters), RankMemory.batches(lenet, 784, 32));
    assertEquals(
        4 * (row + 24 * 6 * 40 + 8 * 4 * 240 + filters), RankMemory.batches(lenet, 784, 1));
  }

  @Test
  void shouldCountNothingForWindowsOfOnePixel() {
    Configuration direct =
        configuration("model.layers=[{conv = 8, kernel = 1}, relu]", "model.image=[4, 4, 3]");
    assertEquals(4 * 5 * (2 * 48 + 3 * 16 * 8), RankMemory.batches(direct, 48, 5));
  }
}
