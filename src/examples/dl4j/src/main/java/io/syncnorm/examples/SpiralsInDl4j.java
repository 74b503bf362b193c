package io.syncnorm.examples;

import io.syncnorm.dl4j.SyncBatchNormTrainingMaster;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Trains a DL4J network on Spark and prints its accuracy on rows it has not seen. */
public final class SpiralsInDl4j {
  private static final int SPIRALS = 3;

  private SpiralsInDl4j() {}

  public static void main(String[] args) {
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("spirals"))) {
      JavaRDD<DataSet> training = spirals(spark, 0, 150).cache();
      JavaRDD<DataSet> test = spirals(spark, 150, 190);

      SyncBatchNormTrainingMaster master =
          new SyncBatchNormTrainingMaster.Builder(32).averagingFrequency(10).build();
      SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, layers(), master);
      for (int epoch = 0; epoch < 10; epoch++) {
        network.fit(training);
      }
      System.out.println("accuracy=" + network.evaluate(test).accuracy());
    }
  }

  private static MultiLayerConfiguration layers() {
    return new NeuralNetConfiguration.Builder()
        .seed(42)
        .updater(new Adam(0.01))
        .list()
        .layer(new DenseLayer.Builder().nOut(32).activation(Activation.TANH).build())
        .layer(new BatchNormalization.Builder().build())
        .layer(new DenseLayer.Builder().nOut(32).activation(Activation.TANH).build())
        .layer(new BatchNormalization.Builder().build())
        .layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(SPIRALS)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.feedForward(2))
        .build();
  }

  /** Returns the batches with numbers {@code from} to {@code to}. */
  private static JavaRDD<DataSet> spirals(JavaSparkContext spark, int from, int to) {
    List<Integer> numbers = IntStream.range(from, to).boxed().toList();
    return spark.parallelize(numbers, 2).map(SpiralsInDl4j::batch);
  }

  /** Returns points on three interleaved spirals; the label is the spiral. */
  private static DataSet batch(int number) {
    Random random = new Random(number);
    int rows = 32;
    float[][] points = new float[rows][];
    float[][] labels = new float[rows][SPIRALS];
    for (int row = 0; row < rows; row++) {
      int spiral = row % SPIRALS;
      double radius = random.nextDouble();
      double angle = 2 * Math.PI * spiral / SPIRALS + 5 * radius + 0.15 * random.nextGaussian();
      points[row] =
          new float[] {(float) (radius * Math.cos(angle)), (float) (radius * Math.sin(angle))};
      labels[row][spiral] = 1;
    }
    return new DataSet(Nd4j.create(points), Nd4j.create(labels));
  }
}
