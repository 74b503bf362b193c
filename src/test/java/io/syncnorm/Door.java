package io.syncnorm;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.dl4j.Engine;
import io.syncnorm.dl4j.SyncBatchNormTrainingMaster;
import io.syncnorm.dl4j.file.NetworkFile;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.ml.SyncBatchNormClassificationModel;
import io.syncnorm.ml.SyncBatchNormClassifier;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.shard.GivenRows;
import io.syncnorm.spark.shard.ShardTraining;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * An entry point of the library or command line, with the engine behind it. All train on the same
 * rows, dealt in the same way.
 */
enum Door {
  COMMAND_LINE("weights") {
    @Override
    float[] predictions(List<String> settings) {
      Configuration configuration = configuration(settings);
      Progress fresh = Progress.from(Snapshot.fresh(configuration, INPUTS));
      Snapshot trained = job(configuration, fresh, TraineeMaker.CONFIGURED);
      Network network =
          new Network(Blueprint.architecture(configuration, INPUTS), ROWS, RankReduction.NONE);
      return network.predict(trained.state(), features(ALL), ROWS);
    }
  },
  COMMAND_LINE_WITH_DL4J_NETWORK("recalibrate", "weights") {
    @Override
    float[] predictions(List<String> settings) {
      List<String> all = new ArrayList<>();
      all.addAll(List.of("model.dl4j=" + networkFile(), "training.shuffle=once"));
      all.add("training.epochs=1");
      all.addAll(settings);
      Configuration configuration = configuration(all);
      ModelPlan.of(configuration);
      NetworkFile network = NetworkFile.read(networkFile(), SEED);
      Progress fresh = Progress.from(network.start(configuration));
      return network.model(job(configuration, fresh, network.maker())).predict(features(ALL), ROWS);
    }
  },
  ESTIMATOR {
    @Override
    float[] predictions(List<String> settings) {
      SyncBatchNormClassifier classifier = classifier();
      for (String setting : settings) {
        String[] parts = setting.split("=", 2);
        if (parts[0].equals("training.early-stopping")) {
          classifier.setValidationIndicatorCol(VALIDATION);
        }
        set(classifier, PARAMS.get(parts[0]), parts[1].replace("\"", ""));
      }
      int rows = classifier.isDefined(classifier.validationIndicatorCol()) ? 2 * ROWS : ROWS;
      return probabilities(classifier.fit(frame(rows)));
    }
  },
  MASTER_FUSED("weights", "early-stopping", "local-after-epoch") {
    @Override
    float[] predictions(List<String> settings) {
      return fit(Engine.FUSED, settings).output();
    }
  },
  MASTER_IN_DL4J_LAYERS("recalibrate", "weights", "early-stopping", "local-after-epoch") {
    @Override
    float[] predictions(List<String> settings) {
      return fit(Engine.DL4J, settings).output();
    }
  };

  private final String refused;

  /**
   * Creates an entry point.
   *
   * @param refused parts of the settings that it rejects
   */
  Door(String... refused) {
    this.refused = String.join(",", refused);
  }

  /**
   * Trains with these settings and returns the predictions for all rows, {@code [rows, classes]}.
   */
  abstract float[] predictions(List<String> settings);

  private static final int RANKS = 4;
  static final int ROWS_OF_RANK = 22;
  private static final int ROWS = RANKS * ROWS_OF_RANK;
  private static final int INPUTS = 6;
  private static final int CLASSES = 3;
  private static final int HIDDEN = 5;
  private static final int BATCH = 4;
  private static final long SEED = 42;
  private static final int[] ALL = IntStream.range(0, ROWS).toArray();
  private static final String VALIDATION = "validation";

  /** Names of these settings in the estimator. */
  private static final Map<String, String> PARAMS =
      Map.of(
          "data.weights", "weightCol",
          "model.batch-norm.recalibrate", "batchNormRecalibrate",
          "model.batch-norm.sync", "batchNormSync",
          "training.early-stopping", "earlyStoppingRounds",
          "training.epochs", "maxIter",
          "training.averaging.every", "averagingFrequency",
          "training.averaging.local-after-epoch", "localAfterEpoch",
          "training.averaging.merge", "averagingMerge",
          "training.averaging.optimizer-state", "optimizerState",
          "training.averaging.outer.type", "outerOptimizer");

  private static SparkSession spark;
  private static Path folder;

  /**
   * Starts Spark.
   *
   * @param in folder for a network's file
   */
  static void open(Path in) {
    folder = in;
    spark =
        SparkSession.builder()
            .master("local[" + RANKS + "]")
            .appName("DoorsTest")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
  }

  static void close() {
    spark.stop();
  }

  /**
   * Returns the part of a setting that this entry point rejects; empty if the setting is supported.
   */
  Optional<String> refusalOf(String setting) {
    return Stream.of(refused.split(","))
        .filter(part -> !part.isEmpty() && setting.contains(part))
        .findFirst();
  }

  private static void set(SyncBatchNormClassifier classifier, String param, String value) {
    @SuppressWarnings("unchecked") // all of these are strings or integers
    Param<Object> any = (Param<Object>) (Param<?>) classifier.getParam(param);
    classifier.set(any, any instanceof IntParam ? Integer.valueOf(value) : value);
  }

  /** Returns the features of some rows. */
  private static float[] features(int[] rows) {
    Random random = new Random(1);
    float[] all = new float[ROWS * INPUTS];
    for (int i = 0; i < all.length; i++) {
      int signal = i % INPUTS % CLASSES == label(i / INPUTS) ? 1 : 0;
      all[i] = (float) (signal + random.nextGaussian() / 2);
    }
    float[] picked = new float[rows.length * INPUTS];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(all, rows[i] * INPUTS, picked, i * INPUTS, INPUTS);
    }
    return picked;
  }

  private static int label(int row) {
    return row * 7 % 5 % CLASSES;
  }

  /**
   * Returns the label for validation: never the training label, so that each epoch makes the loss
   * worse.
   */
  private static int wrongLabel(int row) {
    return (label(row) + 1) % CLASSES;
  }

  /** Returns the training rows of a rank, in their order, as the command line deals them. */
  private static int[] ofRank(int rank) {
    Deal deal = Dealing.SHUFFLED.deal(new long[] {ROWS}, RANKS, SEED);
    int[] rows = new int[ROWS_OF_RANK];
    for (int row = 0; row < ROWS; row++) {
      long place = deal.place(row, 0, row);
      if (Deal.rank(place) == rank) {
        rows[(int) Deal.position(place)] = row;
      }
    }
    return rows;
  }

  private static Rows rows(IntUnaryOperator label) {
    return new Rows(
        INPUTS, new Features.Floats(features(ALL)), IntStream.of(ALL).map(label).toArray());
  }

  private static Configuration configuration(List<String> settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.classes=" + CLASSES,
                "model.hidden=[" + HIDDEN + "]",
                "model.batch-norm.recalibrate=0",
                "training.batch-size=" + BATCH,
                "training.epochs=2",
                "training.world=" + RANKS,
                "training.telemetry=off",
                "run.seed=" + SEED));
    all.addAll(settings);
    return ConfigLoader.load(List.of(), all);
  }

  private static Snapshot job(Configuration configuration, Progress from, TraineeMaker maker) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    try (DealtData data =
        GivenRows.dealt(
            context, rows(Door::label), rows(Door::wrongLabel), Dealing.SHUFFLED, RANKS, SEED)) {
      return new ShardTraining(context, data, maker)
          .run("doors", configuration, from, (results, progress) -> {})
          .best();
    }
  }

  private static SyncBatchNormClassifier classifier() {
    return new SyncBatchNormClassifier()
        .setHiddenLayers(HIDDEN)
        .setBatchNormRecalibrate(0)
        .setBatchSize(BATCH)
        .setMaxIter(2)
        .setNumWorkers(RANKS)
        .setSeed(SEED);
  }

  /**
   * Returns rows in one partition.
   *
   * @param count number of rows; rows beyond the training rows are for validation
   */
  private static Dataset<Row> frame(int count) {
    float[] x = features(ALL);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int row = i % ROWS;
      double[] values = new double[INPUTS];
      for (int j = 0; j < INPUTS; j++) {
        values[j] = x[row * INPUTS + j];
      }
      double label = i == row ? label(row) : wrongLabel(row);
      rows.add(RowFactory.create(Vectors.dense(values), label, 1.0 + row % 3, i != row));
    }
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType)
            .add("weight", DataTypes.DoubleType)
            .add(VALIDATION, DataTypes.BooleanType);
    return spark.createDataFrame(rows, schema).coalesce(1);
  }

  private static float[] probabilities(SyncBatchNormClassificationModel model) {
    float[] all = new float[ROWS * CLASSES];
    List<Row> rows = model.transform(frame(ROWS)).select("probability").collectAsList();
    for (int row = 0; row < ROWS; row++) {
      double[] probabilities = ((Vector) rows.get(row).get(0)).toArray();
      for (int j = 0; j < CLASSES; j++) {
        all[row * CLASSES + j] = (float) probabilities[j];
      }
    }
    return all;
  }

  /** The result of a fit. */
  record Fitted(float[] output, EpochResult lastEpoch) {}

  static Fitted fit(Engine engine, List<String> settings) {
    return fit(engine, settings, network());
  }

  /**
   * Fits a network.
   *
   * @param network trained in place, from its current parameters
   */
  static Fitted fit(Engine engine, List<String> settings, MultiLayerNetwork network) {
    var builder = new SyncBatchNormTrainingMaster.Builder(BATCH).workers(RANKS).engine(engine);
    settings.forEach(builder::set);
    SyncBatchNormTrainingMaster master = builder.rngSeed(SEED).build();
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    List<DataSet> sets =
        IntStream.range(0, RANKS)
            .mapToObj(Door::ofRank)
            .map(
                rows ->
                    new DataSet(
                        matrix(features(rows), ROWS_OF_RANK),
                        oneHot(IntStream.of(rows).map(Door::label).toArray())))
            .toList();
    new SparkDl4jMultiLayer(context, network, master).fit(context.parallelize(sets, RANKS));
    INDArray output = network.output(matrix(features(ALL), ROWS));
    return new Fitted(output.dup('c').data().asFloat(), master.lastEpoch().orElseThrow());
  }

  private static INDArray matrix(float[] values, int rows) {
    return Nd4j.createFromArray(values).reshape(rows, INPUTS);
  }

  private static INDArray oneHot(int[] labels) {
    INDArray all = Nd4j.zeros(labels.length, CLASSES);
    for (int row = 0; row < labels.length; row++) {
      all.putScalar(row, labels[row], 1);
    }
    return all;
  }

  static MultiLayerNetwork network() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .updater(new Adam(1e-2))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(HIDDEN)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(
                    new BatchNormalization.Builder()
                        .nIn(HIDDEN)
                        .nOut(HIDDEN)
                        .decay(0.5)
                        .eps(1e-3)
                        .useLogStd(false)
                        .build())
                .layer(new ActivationLayer.Builder().activation(Activation.TANH).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(HIDDEN)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }

  /** Writes the network with its parameters. */
  private static Path networkFile() {
    Path file = folder.resolve("network.zip");
    try {
      ModelSerializer.writeModel(network(), file.toFile(), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }
}
