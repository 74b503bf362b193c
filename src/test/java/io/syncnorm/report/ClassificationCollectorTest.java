package io.syncnorm.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.report.plot.Png;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassificationCollectorTest {
  private static final byte[] PIXELS = {1, 2, 3, 4, 5, 6};

  private final ClassificationCollector collector = new ClassificationCollector(3, 2, 2, 3);

  @Test
  void shouldCountEachImageOnce() {
    add(0, 0.8f, 0.1f, 0.1f);
    add(0, 0.2f, 0.7f, 0.1f);
    add(2, 0.1f, 0.1f, 0.8f);
    int[][] expected = {{1, 1, 0}, {0, 0, 0}, {0, 0, 1}};
    assertArrayEquals(expected, collector.report().confusion());
  }

  @Test
  void shouldKeepOnlyTheMostConfidentMistakes() {
    add(0, 0.4f, 0.6f, 0f);
    add(1, 0.05f, 0.95f, 0f);
    add(0, 0.1f, 0f, 0.9f);
    add(2, 0.75f, 0.25f, 0f);
    List<WrongPrediction> wrong = collector.report().wrong();
    assertEquals(2, wrong.size());
    assertEquals(2, wrong.get(0).index());
    assertEquals(0, wrong.get(0).label());
    assertEquals(2, wrong.get(0).predicted());
    assertEquals(0.9f, wrong.get(0).probability());
    assertEquals(3, wrong.get(1).index());
  }

  @Test
  void shouldKeepTheEarlierOfEquallyConfidentMistakes() {
    for (int row = 0; row < 5; row++) {
      add(0, 0.25f, 0.75f, 0f);
    }
    List<Integer> kept = collector.report().wrong().stream().map(WrongPrediction::index).toList();
    assertEquals(List.of(0, 1), kept);
  }

  @Test
  void shouldCopyThePixelsItKeeps() {
    byte[] reused = new byte[2 * PIXELS.length];
    System.arraycopy(PIXELS, 0, reused, PIXELS.length, PIXELS.length);
    collector.add(0, new float[] {0, 1, 0}, reused, PIXELS.length);
    Arrays.fill(reused, (byte) 77);
    assertEquals(
        Png.dataUri(new GreyImage(PIXELS, 2, 3).toBufferedImage()),
        Png.dataUri(collector.report().wrong().get(0).image().toBufferedImage()));
  }

  @Test
  void shouldTreatNanAsTheSmallestProbability() {
    float nan = Float.NaN;
    add(1, nan, 0.5f, nan);
    add(2, nan, nan, nan);
    ClassificationReport evaluation = collector.report();
    assertEquals(1, evaluation.confusion()[1][1]);
    assertEquals(1, evaluation.confusion()[2][0]);
    assertEquals(0, evaluation.wrong().get(0).probability());
  }

  @Test
  void shouldNameTheRowThatDoesNotFit() {
    add(0, 1f, 0f, 0f);
    assertMisfit("row=1 label=3", 3, new float[3], PIXELS);
    assertMisfit("row=1 label=-1", -1, new float[3], PIXELS);
    assertMisfit("probabilities=2", 0, new float[2], PIXELS);
    assertMisfit("pixels=5", 0, new float[3], new byte[5]);
    assertEquals(1, collector.report().total());
  }

  @Test
  void shouldRefuseAnImageWithoutPixels() {
    assertThrows(IllegalArgumentException.class, () -> new GreyImage(new byte[0], 0, 3));
    assertThrows(IllegalArgumentException.class, () -> new ClassificationCollector(0, 1, 1, 1));
  }

  private void add(int label, float... probabilities) {
    collector.add(label, probabilities, PIXELS, 0);
  }

  private void assertMisfit(String part, int label, float[] probabilities, byte[] pixels) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> collector.add(label, probabilities, pixels, 0));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
