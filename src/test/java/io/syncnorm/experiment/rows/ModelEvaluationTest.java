package io.syncnorm.experiment.rows;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.Features;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Rows;
import io.syncnorm.model.OnnxModel;
import io.syncnorm.model.RunModel;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.WrongPrediction;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.NumberedBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares evaluations of the same rows, split and packed in different ways. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ModelEvaluationTest {
  /** Rows in batches of another size may have probabilities that differ in the last bits. */
  private static final double LOSS_TOLERANCE = 1e-6;

  private static final int ROWS = 1000;
  private static final int SIDE = 5;
  private static final RowFormat FORMAT = new RowFormat(List.of(SIDE, SIDE), true);
  private static final List<String> NAMES = List.of("cat", "dog", "fish");
  private static final Architecture ARCHITECTURE =
      Architecture.perceptron(
          SIDE * SIDE,
          List.of(6),
          3,
          Activation.RELU,
          Optional.of(new Layer.BatchNormalization(0.9, 1e-3)));
  private static final RunModel MODEL =
      OnnxModel.of(ARCHITECTURE, NetworkState.initial(ARCHITECTURE, 1), "test")
          .withClassNames(NAMES);

  private final Rows rows = rows();

  /** Task slots that are more and fewer than partitions, and a partition without rows. */
  @ParameterizedTest
  @ValueSource(strings = {"java", "kryo"})
  void shouldReportTheSameFromTasksAsFromOnePass(String serializer) {
    ClassificationReport expected = inOnePass(rows, FORMAT);
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("ModelEvaluationTest")
            .set(
                "spark.serializer",
                serializer.equals("kryo")
                    ? "org.apache.spark.serializer.KryoSerializer"
                    : "org.apache.spark.serializer.JavaSerializer")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      JavaRDD<NumberedBlock> blocks = spark.parallelize(packets(), 5).map(Packet::value);
      ClassificationReport found = ModelEvaluation.evaluate(spark, MODEL, blocks, FORMAT);
      assertEquals(NAMES, found.names());
      assertArrayEquals(expected.confusion(), found.confusion());
      assertEquals(expected.accuracy(), found.accuracy());
      assertEquals(expected.loss(), found.loss(), LOSS_TOLERANCE);
      assertEquals(described(expected), described(found));
    }
  }

  /** Four uneven blocks in another order than that of the rows. */
  private List<Packet<NumberedBlock>> packets() {
    List<Packet<NumberedBlock>> packets = new ArrayList<>();
    int[] bounds = {0, 1, 333, 790, ROWS};
    for (int i = bounds.length - 2; i >= 0; i--) {
      int[] order = IntStream.range(bounds[i], bounds[i + 1]).toArray();
      packets.add(new Packet<>(new NumberedBlock(bounds[i], rows.pick(order))));
    }
    return packets;
  }

  @Test
  void shouldShowBytesAsTheyAreAndScaleOtherNumbers() {
    WrongPrediction ofBytes = inOnePass(rows, FORMAT).wrong().get(0);
    byte[] pixels = ofBytes.image().orElseThrow().pixels();
    int row = (int) ofBytes.row();
    for (int i = 0; i < pixels.length; i++) {
      assertEquals(((Features.Bytes) rows.features()).values()[row * pixels.length + i], pixels[i]);
    }
    float[] features = new float[ROWS * SIDE * SIDE];
    rows.features().copyTo(0, features, 0, features.length);
    Rows floats = new Rows(SIDE * SIDE, new Features.Floats(features), labels());
    byte[] scaled = inOnePass(floats, FORMAT).wrong().get(0).image().orElseThrow().pixels();
    List<Integer> gray = IntStream.range(0, scaled.length).mapToObj(i -> scaled[i] & 0xff).toList();
    assertTrue(gray.contains(0) && gray.contains(255), gray.toString());
  }

  @Test
  void shouldListMistakesOfVectorsWithoutPictures() {
    ClassificationReport report = inOnePass(rows, RowFormat.ofVectors(SIDE * SIDE));
    assertTrue(report.wrong().stream().allMatch(wrong -> wrong.image().isEmpty()));
    assertEquals(24, report.wrong().size());
  }

  /** Also in models that make them dense, and in pictures. */
  @Test
  void shouldReportTheSameOfSparseRows() {
    float[] features = new float[ROWS * SIDE * SIDE];
    int[] rowStarts = new int[ROWS + 1];
    int[] columns = new int[2 * ROWS];
    float[] values = new float[2 * ROWS];
    Random random = new Random(4);
    for (int row = 0; row < ROWS; row++) {
      for (int k = 2 * row; k < 2 * row + 2; k++) {
        columns[k] = k % 2 * 12 + random.nextInt(12);
        values[k] = random.nextFloat();
        features[row * SIDE * SIDE + columns[k]] = values[k];
      }
      rowStarts[row + 1] = 2 * row + 2;
    }
    Rows dense = new Rows(SIDE * SIDE, new Features.Floats(features), labels());
    Rows sparse =
        new Rows(
            SIDE * SIDE, new Features.Sparse(SIDE * SIDE, rowStarts, columns, values), labels());
    float[] means = new float[SIDE * SIDE];
    float[] deviations = new float[SIDE * SIDE];
    Arrays.fill(means, 0.1f);
    Arrays.fill(deviations, 0.5f);
    RunModel standardized = MODEL.withStandardization(means, deviations);
    assertTrue(MODEL.keepsSparse() && !standardized.keepsSparse());
    for (RunModel model : List.of(MODEL, standardized)) {
      ClassificationReport expected = inOnePass(model, dense, FORMAT);
      ClassificationReport found = inOnePass(model, sparse, FORMAT);
      assertArrayEquals(expected.confusion(), found.confusion());
      assertEquals(expected.loss(), found.loss(), LOSS_TOLERANCE);
      for (int i = 0; i < expected.wrong().size(); i++) {
        assertArrayEquals(
            expected.wrong().get(i).image().orElseThrow().pixels(),
            found.wrong().get(i).image().orElseThrow().pixels());
      }
    }
  }

  @Test
  void shouldWeighEachRow() {
    ClassificationReport unweighted = inOnePass(rows, FORMAT);
    float[] weights = new float[ROWS];
    unweighted.wrong().forEach(wrong -> weights[(int) wrong.row()] = 2.5f);
    ClassificationReport weighted = inOnePass(rows.withWeights(weights), FORMAT);
    assertEquals(0, weighted.accuracy());
    assertArrayEquals(unweighted.confusion(), weighted.confusion());
    assertTrue(weighted.loss() > unweighted.loss());
  }

  private static ClassificationReport inOnePass(Rows rows, RowFormat format) {
    return inOnePass(MODEL, rows, format);
  }

  private static ClassificationReport inOnePass(RunModel model, Rows rows, RowFormat format) {
    Iterator<NumberedBlock> all = List.of(new NumberedBlock(0, rows)).iterator();
    return ModelEvaluation.evaluate(model, all, format).report(NAMES);
  }

  private static List<String> described(ClassificationReport report) {
    return report.wrong().stream()
        .map(wrong -> wrong.row() + " " + wrong.label() + " " + wrong.predicted())
        .toList();
  }

  private static int[] labels() {
    return IntStream.range(0, ROWS).map(row -> row % 3).toArray();
  }

  private static Rows rows() {
    byte[] pixels = new byte[ROWS * SIDE * SIDE];
    new Random(3).nextBytes(pixels);
    return new Rows(SIDE * SIDE, new Features.Bytes(pixels), labels());
  }
}
