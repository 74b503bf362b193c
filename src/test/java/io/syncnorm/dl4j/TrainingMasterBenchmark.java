package io.syncnorm.dl4j;

import io.syncnorm.config.Keys;
import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.idx.LabelledImages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Measures SyncNorm's training master beside DL4J's own on MNIST, with the same network, data,
 * workers, batches, epochs and averaging, alternating in rounds. DL4J's master trains from memory,
 * its fastest mode, and at its default averaging also from files to which it exports an RDD, its
 * default mode.
 */
public final class TrainingMasterBenchmark {
  private static final int ROUNDS = 3;

  /** DL4J's default number of mini-batches between two averagings. */
  private static final int DEFAULT_FREQUENCY = 5;

  private static final String THEIRS = "DL4J's parameter averaging";

  private final JavaSparkContext spark;
  private final List<DataSet> test;

  private TrainingMasterBenchmark(JavaSparkContext spark) {
    this.spark = spark;
    LabelledImages images =
        IdxReader.read(
            Keys.TEST_IMAGES.byDefault(),
            Keys.TEST_LABELS.byDefault(),
            10,
            Integer.MAX_VALUE,
            spark.hadoopConfiguration());
    test = sets(images, IntStream.range(0, images.count()).toArray(), 500);
  }

  /** Prints the figures. */
  public static void print() {
    try (JavaSparkContext spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[4]")
                .setAppName("training masters")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1"))) {
      new TrainingMasterBenchmark(spark).run();
    }
  }

  /** Prints only these figures. */
  public static void main(String[] args) {
    print();
  }

  private void run() {
    System.out.println("training masters, MNIST, 784-128-64-10 with batch normalization, Adam");
    compare(2, 128, 60_000, 60_000 / 2 / 128, ROUNDS);
    compare(2, 128, 60_000, DEFAULT_FREQUENCY, 2);
    compare(4, 4, 12_000, 12_000 / 4 / 4, 1);
  }

  /** Trains three epochs each; the first epoch of the first round is a warm-up. */
  private void compare(int workers, int batch, int rows, int frequency, int rounds) {
    JavaRDD<DataSet> rdd = rdd(workers, batch, rows);
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    Map<String, Double> accuracy = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      masters(workers, batch, frequency)
          .forEach(
              (name, master) -> {
                List<Double> own = seconds.computeIfAbsent(name, any -> new ArrayList<>());
                accuracy.put(name, epochs(master, rdd, own));
              });
    }
    rdd.unpersist();
    double theirs = median(seconds.get(THEIRS));
    System.out.printf(
        Locale.ROOT,
        "%d workers, batch %d, %d rows, averaged every %d mini-batches%n",
        workers,
        batch,
        rows,
        frequency);
    seconds.forEach(
        (name, all) ->
            System.out.printf(
                Locale.ROOT,
                "%-38s %8.3f s an epoch, %5.1f times as fast; test accuracy after 3 epochs %.2f %%%n",
                name,
                median(all),
                theirs / median(all),
                100 * accuracy.get(name)));
  }

  private static Map<String, TrainingMaster<?, ?>> masters(int workers, int batch, int frequency) {
    Map<String, TrainingMaster<?, ?>> masters = new LinkedHashMap<>();
    masters.put(THEIRS, theirs(workers, batch, frequency, RDDTrainingApproach.Direct));
    if (frequency == DEFAULT_FREQUENCY) {
      masters.put(
          "DL4J's parameter averaging, from files",
          theirs(workers, batch, frequency, RDDTrainingApproach.Export));
    }
    masters.put("ours, DL4J's layers", master(batch, frequency, Engine.DL4J));
    masters.put("ours, fused engine", master(batch, frequency, Engine.FUSED));
    return masters;
  }

  private static TrainingMaster<?, ?> theirs(
      int workers, int batch, int frequency, RDDTrainingApproach approach) {
    return new ParameterAveragingTrainingMaster.Builder(workers, batch)
        .batchSizePerWorker(batch)
        .averagingFrequency(frequency)
        .saveUpdater(true)
        .rngSeed(1)
        .storageLevel(null)
        .rddTrainingApproach(approach)
        .build();
  }

  private double epochs(TrainingMaster<?, ?> master, JavaRDD<DataSet> rdd, List<Double> seconds) {
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, configuration(), master);
    for (int epoch = 0; epoch < 3; epoch++) {
      long start = System.nanoTime();
      network.fit(rdd);
      seconds.add(1e-9 * (System.nanoTime() - start));
    }
    master.deleteTempFiles(spark);
    return network.getNetwork().evaluate(new ExistingDataSetIterator(test)).accuracy();
  }

  private static TrainingMaster<?, ?> master(int batch, int frequency, Engine engine) {
    return new SyncBatchNormTrainingMaster.Builder(batch)
        .averagingFrequency(frequency)
        .engine(engine)
        .build();
  }

  /**
   * Deals rows to the workers, in data sets of one batch, read by the tasks; they are in memory
   * before time is measured.
   */
  private JavaRDD<DataSet> rdd(int workers, int batch, int rows) {
    String images = Keys.TRAIN_IMAGES.byDefault();
    String labels = Keys.TRAIN_LABELS.byDefault();
    JavaRDD<DataSet> rdd =
        spark
            .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
            .flatMap(
                worker -> {
                  var hadoop = new org.apache.hadoop.conf.Configuration();
                  int[] own =
                      IntStream.range(0, rows / workers / batch * batch)
                          .map(i -> worker + i * workers)
                          .toArray();
                  return sets(IdxReader.read(images, labels, 10, rows, hadoop), own, batch)
                      .iterator();
                })
            .cache();
    rdd.count();
    return rdd;
  }

  private static List<DataSet> sets(LabelledImages images, int[] rows, int size) {
    List<DataSet> sets = new ArrayList<>();
    int inputs = images.rowLength();
    for (int from = 0; from < rows.length; from += size) {
      int count = Math.min(size, rows.length - from);
      float[] features = new float[count * inputs];
      float[] labels = new float[count * 10];
      for (int i = 0; i < count; i++) {
        int row = rows[from + i];
        for (int j = 0; j < inputs; j++) {
          features[i * inputs + j] =
              (IdxBytes.pixels(images.images())[row * inputs + j] & 0xff) / 255f;
        }
        labels[i * 10 + images.labels()[row]] = 1;
      }
      sets.add(
          new DataSet(
              Nd4j.createFromArray(features).reshape(count, inputs),
              Nd4j.createFromArray(labels).reshape(count, 10)));
    }
    return sets;
  }

  private static MultiLayerConfiguration configuration() {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .updater(new Adam(1e-3))
            .weightInit(WeightInit.XAVIER)
            .list();
    int in = 784;
    for (int width : new int[] {128, 64}) {
      list.layer(
              new DenseLayer.Builder().nIn(in).nOut(width).activation(Activation.IDENTITY).build())
          .layer(new BatchNormalization.Builder().nIn(width).nOut(width).build())
          .layer(new ActivationLayer.Builder().activation(Activation.RELU).build());
      in = width;
    }
    return list.layer(
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(in)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .build())
        .build();
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(value -> value).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
