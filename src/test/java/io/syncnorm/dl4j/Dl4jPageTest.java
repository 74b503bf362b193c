package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.docs.Page;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** What the documentation shows of DL4J runs, and lists the settings that there are. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class Dl4jPageTest {
  private static final int ROWS = 16;

  @Test
  void shouldRunBothMasters() {
    try (JavaSparkContext spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[4]")
                .setAppName("Dl4jPageTest")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"))) {
      MultiLayerConfiguration conf =
          Networks.MLP.network(DataType.FLOAT).getLayerWiseConfigurations();
      JavaRDD<DataSet> rdd = spark.parallelize(Networks.MLP.batches(4, ROWS, 1), 4).cache();
      average(spark, conf, rdd);
      synchronize(spark, conf, rdd);
    }
  }

  private static void average(
      JavaSparkContext spark, MultiLayerConfiguration conf, JavaRDD<DataSet> rdd) {
    // snippet: dl4j-averaging
    TrainingMaster<?, ?> master =
        new ParameterAveragingTrainingMaster.Builder(4, 128)
            .batchSizePerWorker(128)
            .averagingFrequency(10)
            .build();
    new SparkDl4jMultiLayer(spark, conf, master).fit(rdd);
    // end of snippet
    master.deleteTempFiles(spark);
  }

  private static void synchronize(
      JavaSparkContext spark, MultiLayerConfiguration conf, JavaRDD<DataSet> rdd) {
    // snippet: dl4j-synchronized
    TrainingMaster<?, ?> master =
        new SyncBatchNormTrainingMaster.Builder(128).averagingFrequency(10).build();
    new SparkDl4jMultiLayer(spark, conf, master).fit(rdd);
    // end of snippet
    long rows = ((SyncBatchNormTrainingMaster) master).lastEpoch().orElseThrow().rows();
    assertEquals(4 * ROWS, rows);
  }

  @Test
  void shouldLoadAModel(@TempDir Path folder) throws IOException {
    MultiLayerNetwork network = Networks.MLP.network(DataType.FLOAT);
    File zip = folder.resolve("model.zip").toFile();
    network.save(zip, false);
    INDArray images = Networks.MLP.rows(3, 1).getFeatures();
    // snippet: dl4j-model
    MultiLayerNetwork model = MultiLayerNetwork.load(zip, false);
    INDArray probabilities = model.output(images); // [rows, 784], pixels / 255
    // end of snippet
    assertEquals(network.output(images), probabilities);
  }

  @Test
  void shouldListEveryMethodOfTheBuilder() {
    assertEquals(
        Arrays.stream(SyncBatchNormTrainingMaster.Builder.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .filter(name -> !name.equals("build"))
            .collect(Collectors.toCollection(TreeSet::new)),
        defaults().keySet());
  }

  @Test
  void shouldHaveTheDefaultsOfTheBuilder() {
    Map<String, String> defaults = defaults();
    assertEquals(Keys.BATCH_SIZE.byDefault().toString(), defaults.get("batchSizePerWorker"));
    assertEquals(Keys.SEED.byDefault().toString(), defaults.get("rngSeed"));
    assertEquals(Engine.AUTO.name(), defaults.get("engine"));
    assertEquals(Keys.OptimizerState.AVERAGE, Keys.OPTIMIZER_STATE.byDefault());
    assertEquals(
        SyncBatchNormTrainingMaster.UpdaterState.AVERAGED.name(), defaults.get("updaterState"));
  }

  @Test
  void shouldListEverySettingThatHasNoMethodOfItsOwn() {
    Set<Key<?>> withMethods =
        Set.of(Keys.SEED, Keys.WORLD, Keys.BATCH_SIZE, Keys.AVERAGING_EVERY, Keys.OPTIMIZER_STATE);
    List<String> code = Page.of("dl4j").code();
    for (Key<?> key : MasterSettings.KEYS) {
      String section = key.path().replaceFirst("[^.]+$", "*");
      assertTrue(
          withMethods.contains(key) || code.contains(key.path()) || code.contains(section),
          key::path);
    }
  }

  private static Map<String, String> defaults() {
    Map<String, String> defaults = new TreeMap<>();
    for (Page.Row row : Page.of("dl4j").table("builder")) {
      defaults.put(row.cell(0).code().get(0), row.cell(1).text());
    }
    return defaults;
  }
}
