package io.syncnorm.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.syncnorm.report.plot.Png;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationCollectorTest {
  private static final byte[] PIXELS = {1, 2, 3, 4, 5, 6};

  private final ClassificationCollector collector = ClassificationCollector.ofImages(3, 2, 2, 3);

  private long rows;

  @Test
  void shouldCountEachImageOnce() {
    add(0, 0.8f, 0.1f, 0.1f);
    add(0, 0.2f, 0.7f, 0.1f);
    add(2, 0.1f, 0.1f, 0.8f);
    long[][] expected = {{1, 1, 0}, {0, 0, 0}, {0, 0, 1}};
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
    assertEquals(2, wrong.get(0).row());
    assertEquals(0, wrong.get(0).label());
    assertEquals(2, wrong.get(0).predicted());
    assertEquals(0.9f, wrong.get(0).probability());
    assertEquals(3, wrong.get(1).row());
  }

  @Test
  void shouldKeepTheEarlierOfEquallyConfidentMistakes() {
    for (int row = 0; row < 5; row++) {
      add(0, 0.25f, 0.75f, 0f);
    }
    List<Long> kept = collector.report().wrong().stream().map(WrongPrediction::row).toList();
    assertEquals(List.of(0L, 1L), kept);
  }

  @Test
  void shouldAskForPicturesOfMistakesToShowOnly() {
    add(0, 0.1f, 0.9f, 0f);
    add(0, 0.1f, 0.9f, 0f);
    collector.add(7, 0, 1, new float[] {0.2f, 0.8f, 0}, () -> fail("less confident"));
    collector.add(8, 0, 1, new float[] {0.9f, 0.1f, 0}, () -> fail("correct"));
    assertEquals(
        Png.dataUri(new GreyImage(PIXELS, 2, 3).toBufferedImage()),
        Png.dataUri(collector.report().wrong().get(0).image().orElseThrow().toBufferedImage()));
  }

  @Test
  void shouldListMistakesOfRowsThatAreNoImages() {
    ClassificationCollector rows = ClassificationCollector.ofRows(2, 1);
    rows.add(5_000_000_000L, 0, 1, new float[] {0.25f, 0.75f}, () -> fail("no picture"));
    assertEquals(
        List.of(new WrongPrediction(5_000_000_000L, 0, 1, 0.75, Optional.empty())),
        rows.report().wrong());
  }

  @Test
  void shouldWeighAccuracyAndLoss() {
    ClassificationCollector rows = ClassificationCollector.ofRows(2, 0);
    rows.add(0, 0, 3, new float[] {0.5f, 0.25f}, () -> PIXELS);
    rows.add(1, 1, 1, new float[] {0.5f, 0.25f}, () -> PIXELS);
    rows.add(2, 1, 0, new float[] {0f, 1f}, () -> PIXELS);
    ClassificationReport report = rows.report();
    assertEquals(3, report.total());
    assertEquals(0.75, report.accuracy());
    assertEquals((3 * Math.log(2) + Math.log(4)) / 4, report.loss(), 1e-15);
    assertEquals(Math.sqrt(0.75 * 0.25 / (16.0 / 10)), report.standardError(), 1e-15);
  }

  /** Any split of the rows into tasks, merged in any order, also after serialization. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void shouldMergeToTheReportOfASinglePass(long seed) throws Exception {
    Random random = new Random(seed);
    ClassificationCollector whole = ClassificationCollector.ofImages(3, 4, 2, 3);
    List<ClassificationCollector> parts = new ArrayList<>();
    for (int part = 0; part <= random.nextInt(12); part++) {
      parts.add(ClassificationCollector.ofImages(3, 4, 2, 3));
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, 500).boxed().toList());
    Collections.shuffle(order, random);
    float[] weights = new float[order.size()];
    float[][] probabilities = new float[order.size()][3];
    for (int row = 0; row < weights.length; row++) {
      weights[row] = (float) Math.exp(10 * random.nextGaussian());
      for (int c = 0; c < 3; c++) {
        probabilities[row][c] = random.nextInt(8) / 8f; // many are equally confident
      }
      whole.add(row, row % 3, weights[row], probabilities[row], pictureOf(row));
    }
    for (int row : order) {
      parts
          .get(random.nextInt(parts.size()))
          .add(row, row % 3, weights[row], probabilities[row], pictureOf(row));
    }
    while (parts.size() > 1) {
      Collections.shuffle(parts, random);
      parts.get(0).merge(sent(parts.remove(1)));
    }
    ClassificationReport expected = whole.report();
    ClassificationReport found = parts.get(0).report();
    assertArrayEquals(expected.confusion(), found.confusion());
    assertEquals(expected.accuracy(), found.accuracy());
    assertEquals(expected.loss(), found.loss());
    assertEquals(expected.standardError(), found.standardError());
    assertEquals(described(expected), described(found));
  }

  private static Supplier<byte[]> pictureOf(int row) {
    return () -> new byte[] {(byte) row, 2, 3, 4, 5, 6};
  }

  private static List<String> described(ClassificationReport report) {
    return report.wrong().stream()
        .map(
            wrong ->
                wrong.row()
                    + " "
                    + wrong.probability()
                    + Arrays.toString(wrong.image().orElseThrow().pixels()))
        .toList();
  }

  private static ClassificationCollector sent(ClassificationCollector part) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(part);
    return (ClassificationCollector)
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
  }

  @Test
  void shouldRefuseToMergeCollectorsOfOtherRows() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> collector.merge(ClassificationCollector.ofRows(3, 2)));
    assertEquals(
        "collectors differ: expected classes=3, keep=2, height=2, width=3, found classes=3, keep=2, height=0, width=0",
        refused.getMessage());
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
    assertMisfit("row=1, label=3", 3, new float[3], PIXELS);
    assertMisfit("row=1, label=-1", -1, new float[3], PIXELS);
    assertMisfit("probabilities=2", 0, new float[2], PIXELS);
    assertMisfit("pixels=5", 1, new float[3], new byte[5]);
    assertEquals(1, collector.report().total());
  }

  @Test
  void shouldRefuseAnImageWithoutPixels() {
    assertThrows(IllegalArgumentException.class, () -> new GreyImage(new byte[0], 0, 3));
    assertThrows(IllegalArgumentException.class, () -> ClassificationCollector.ofRows(0, 1));
  }

  private void add(int label, float... probabilities) {
    collector.add(rows++, label, 1, probabilities, () -> PIXELS);
  }

  private void assertMisfit(String part, int label, float[] probabilities, byte[] pixels) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> collector.add(rows, label, 1, probabilities, () -> pixels));
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
