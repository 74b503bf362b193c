package io.syncnorm.examples;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.cos;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.randn;
import static org.apache.spark.sql.functions.sin;

import io.syncnorm.ml.SyncBatchNormClassifier;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Trains a classifier in a Spark ML pipeline and prints its accuracy on rows it has not seen. */
public final class SpiralsInSparkMl {
  private SpiralsInSparkMl() {}

  public static void main(String[] args) {
    try (SparkSession spark = SparkSession.builder().appName("spirals").getOrCreate()) {
      Dataset<Row>[] parts = spirals(spark, 6000).randomSplit(new double[] {0.8, 0.2}, 42);

      Pipeline pipeline =
          new Pipeline()
              .setStages(
                  new PipelineStage[] {
                    new VectorAssembler()
                        .setInputCols(new String[] {"x", "y"})
                        .setOutputCol("features"),
                    new SyncBatchNormClassifier()
                        .setHiddenLayers(32, 32)
                        .setBatchSize(32)
                        .setMaxIter(10)
                        .setNumWorkers(2)
                  });
      PipelineModel model = pipeline.fit(parts[0]);

      double accuracy =
          new MulticlassClassificationEvaluator()
              .setMetricName("accuracy")
              .evaluate(model.transform(parts[1]));
      System.out.println("accuracy=" + accuracy);
    }
  }

  /** Returns points on three interleaved spirals; the label is the spiral. */
  private static Dataset<Row> spirals(SparkSession spark, long rows) {
    Column start = col("label").multiply(2 * Math.PI / 3);
    Column noise = randn(2).multiply(0.15);
    return spark
        .range(0, rows, 1, 2)
        .withColumn("label", col("id").mod(3).cast("double"))
        .withColumn("radius", rand(1))
        .withColumn("angle", start.plus(col("radius").multiply(5)).plus(noise))
        .withColumn("x", col("radius").multiply(cos(col("angle"))))
        .withColumn("y", col("radius").multiply(sin(col("angle"))));
  }
}
