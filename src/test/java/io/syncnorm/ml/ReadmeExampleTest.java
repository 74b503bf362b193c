package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Java example of the README, which is this class' {@link #example}, line by line. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ReadmeExampleTest {
  private static final String BEGIN = "    // The README's example begins here.\n";
  private static final String END = "    // The README's example ends here.\n";

  @Test
  void shouldRunAndBeWhatTheReadmeShows(@TempDir Path folder) throws IOException {
    try (SparkSession spark = Blobs.session(2)) {
      double accuracy = example(spark, folder.resolve("model").toString());
      assertTrue(accuracy > 0.9, "accuracy " + accuracy);
    }
    String source =
        Files.readString(Path.of("src/test/java/io/syncnorm/ml/ReadmeExampleTest.java"));
    String shown =
        source
            .substring(
                source.indexOf(BEGIN, source.indexOf("double example")), source.lastIndexOf(END))
            .replace(BEGIN, "");
    // The formatter breaks lines where a reader would not.
    String code = shown.replaceAll("\\s", "");
    String readme = Files.readString(Path.of("README.md")).replaceAll("\\s", "");
    assertTrue(readme.contains(code), () -> "README.md must show\n" + shown);
  }

  private static double example(SparkSession spark, String path) throws IOException {
    // The README's example begins here.
    Dataset<Row> images =
        spark
            .read()
            .format("idx")
            .option("images", "data/mnist/t10k-images-idx3-ubyte.gz")
            .option("labels", "data/mnist/t10k-labels-idx1-ubyte.gz")
            .load();
    Dataset<Row>[] parts = images.randomSplit(new double[] {0.8, 0.2}, 42);

    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StandardScaler().setInputCol("features").setOutputCol("scaled"),
                  new SyncBatchNormClassifier()
                      .setFeaturesCol("scaled")
                      .setHiddenLayers(64)
                      .setMaxIter(5)
                      .setMomentum(0.9)
                      .setNumWorkers(2)
                });
    PipelineModel model = pipeline.fit(parts[0]);
    double accuracy =
        new MulticlassClassificationEvaluator()
            .setMetricName("accuracy")
            .evaluate(model.transform(parts[1]));
    model.write().overwrite().save(path);
    // The README's example ends here.
    assertEquals(2, PipelineModel.load(path).stages().length);
    return accuracy;
  }
}
