package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the params {@code layers} and {@code imageShape}, and a model of them. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class LayersFitTest {
  private static final String LAYERS =
      "[{conv = 4, kernel = 3, padding = same}, batch-norm, relu, {max-pool = 2}, {dense = 8},"
          + " {batch-norm = on, momentum = 0.8}, elu, {dropout = 0.1}]";

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = Blobs.session(2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** Images of 6 x 4 pixels with a bright line, whose place is the class; two of three sparse. */
  private static Dataset<Row> images(int count, long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = random.nextInt(3);
      double[] pixels = new double[24];
      for (int x = 0; x < 4; x++) {
        pixels[4 * (2 * label + random.nextInt(2)) + x] = 1 + 0.3 * random.nextGaussian();
      }
      Vector features = Vectors.dense(pixels);
      rows.add(
          RowFactory.create(
              (double) label, i % 3 == 0 ? features : features.toSparse(), 1.0, i % 4 == 3));
    }
    return spark.createDataFrame(rows, Blobs.SCHEMA);
  }

  private static SyncBatchNormClassifier classifier() {
    return new SyncBatchNormClassifier()
        .setLayers(LAYERS)
        .setImageShape(6, 4, 1)
        .setBatchSize(16)
        .setStepSize(0.01)
        .setMomentum(0.9)
        .setMaxIter(6)
        .setNumWorkers(2)
        .setSlotTimeout("2s")
        .setWaitTimeout("20s");
  }

  @Test
  void shouldTrainSaveAndLoadTheNetworkOfTheList(@TempDir Path folder) throws Exception {
    Dataset<Row> test = images(300, 2).cache();
    SyncBatchNormClassificationModel model = classifier().fit(images(600, 1));

    Architecture network = model.architecture();
    assertEquals(new Dimensions(6, 4, 1), network.input());
    assertEquals(8, network.layers().size());
    assertEquals(new Layer.BatchNormalization(0.8, 1e-3), network.normalizations().get(1));
    assertEquals(LAYERS, model.getLayers());
    assertArrayEquals(new int[] {6, 4, 1}, model.getImageShape());
    assertTrue(accuracy(model, test) > 0.9, "accuracy " + accuracy(model, test));

    String path = folder.resolve("model").toString();
    model.save(path);
    SyncBatchNormClassificationModel loaded = SyncBatchNormClassificationModel.load(path);
    assertEquals(network, loaded.architecture());
    assertEquals(LAYERS, loaded.getLayers());
    assertEquals(predictions(model, test), predictions(loaded, test));
    Vector image = test.select("features").first().getAs(0);
    assertEquals(model.predictRaw(image), loaded.predictRaw(image));
    assertEquals(NetworkColumns.LAYERS, version(path));
  }

  @Test
  void shouldStayReadableByTheReleaseBeforeIfItIsAPerceptron(@TempDir Path folder)
      throws Exception {
    String path = folder.resolve("model").toString();
    Blobs.untrained(1).save(path);

    assertEquals(NetworkColumns.PERCEPTRON, version(path));
    assertEquals(
        Blobs.untrained(1).architecture(),
        SyncBatchNormClassificationModel.load(path).architecture());
  }

  @Test
  void shouldHaveTheParamsThatThePageShows() {
    // snippet: spark-ml-layers
    SyncBatchNormClassifier lenet =
        new SyncBatchNormClassifier()
            .setLayers(
                "[{conv = 8, kernel = 5}, batch-norm, relu, {max-pool = 2}, {dense = 64},"
                    + " batch-norm, relu]")
            .setImageShape(28, 28, 1)
            .setMomentum(0.9);
    // end of snippet
    assertEquals(2, configuration(lenet).hiddenLayers());
    assertEquals(0.9, configuration(lenet).batchNormMomentum());
  }

  @Test
  void shouldDropNormalization() {
    SyncBatchNormClassificationModel model =
        classifier().setBatchNorm(false).setMaxIter(1).fit(images(60, 1));

    assertEquals(List.of(), model.architecture().normalizations());
    assertEquals(Layer.Bias.TRAINED, model.architecture().weighted().get(0).bias());
  }

  @Test
  void shouldSetGetCopyAndLoadItsParams(@TempDir Path folder) throws Exception {
    SyncBatchNormClassifier fresh = new SyncBatchNormClassifier();
    assertEquals("none", fresh.getLayers());
    assertArrayEquals(new int[0], fresh.getImageShape());
    assertEquals(fresh.own().configuration(fresh), configuration(fresh.setLayers(" ")));

    SyncBatchNormClassifier copy = classifier().copy(org.apache.spark.ml.param.ParamMap.empty());
    assertEquals(LAYERS, copy.getLayers());
    copy.write().overwrite().save(folder.resolve("classifier").toString());
    SyncBatchNormClassifier loaded =
        SyncBatchNormClassifier.load(folder.resolve("classifier").toString());
    assertEquals(configuration(classifier()), configuration(loaded));
    assertEquals(List.of(6, 4, 1), configuration(loaded).get(Keys.IMAGE));
    assertEquals(LAYERS, configuration(loaded).write(Keys.LAYERS));
  }

  /** Checkpoints of the release before do not name the params. */
  @Test
  void shouldDecideNothingByDefault() {
    List<String> names = new SyncBatchNormClassifier().own().decisive(Configuration.defaults());
    assertFalse(names.toString().contains("layers=") || names.toString().contains("imageShape"));

    names = classifier().own().decisive(configuration(classifier()));
    assertTrue(names.contains("layers=" + LAYERS), names.toString());
    assertTrue(names.contains("imageShape=[6, 4, 1]"), names.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{conv = 4, kernel = 0}] | parameter layers: model.layers: expected in layer 1 (conv) for"
            + " kernel an integer",
        "[relu, maxpool] | parameter layers: model.layers: expected as layer 2 one of conv",
        "relu | parameter layers: model.layers: expected a list of layers in brackets",
      })
  void shouldNameTheWrongLayer(String layers, String message) {
    SyncBatchNormClassifier classifier = new SyncBatchNormClassifier();
    String found =
        assertThrows(IllegalArgumentException.class, () -> classifier.setLayers(layers))
            .getMessage();
    assertTrue(found.startsWith(classifier.uid() + " " + message), found);
    assertFalse(classifier.isSet(classifier.layers()));
  }

  @Test
  void shouldRefuseNetworksThatDoNotFit() {
    assertRefused(
        "imageShape does not fit the features: expected height * width * channels ="
            + " numFeatures=24, found imageShape=[6, 6, 1]",
        each -> each.setImageShape(6, 6, 1));
    assertRefused(
        "layer 1 of the network, {max-pool = 5}, cannot take 6 x 4 x 1, a row",
        each -> each.setLayers("[{max-pool = 5}]"));
    assertRefused(
        "layers and hiddenLayers both describe the network", each -> each.setHiddenLayers(3));
    assertRefused(
        "take images: expected imageShape for numFeatures=24, found none",
        each -> (SyncBatchNormClassifier) each.clear(each.imageShape()));
    assertThrows(
        IllegalArgumentException.class, () -> new SyncBatchNormClassifier().setImageShape(6, 0, 1));
  }

  private static void assertRefused(String message, UnaryOperator<SyncBatchNormClassifier> change) {
    String found =
        assertThrows(
                IllegalArgumentException.class, () -> change.apply(classifier()).fit(images(60, 1)))
            .getMessage();
    assertTrue(found.contains(message), found);
  }

  private static int version(String path) {
    return spark.read().parquet(path + "/data").select("version").first().getInt(0);
  }

  private static double accuracy(SyncBatchNormClassificationModel model, Dataset<Row> rows) {
    return new MulticlassClassificationEvaluator()
        .setMetricName("accuracy")
        .evaluate(model.transform(rows));
  }

  private static List<Row> predictions(SyncBatchNormClassificationModel model, Dataset<Row> rows) {
    return model.transform(rows).select("rawPrediction", "prediction").collectAsList();
  }

  private static Configuration configuration(SyncBatchNormClassifier classifier) {
    return classifier.own().configuration(classifier);
  }
}
