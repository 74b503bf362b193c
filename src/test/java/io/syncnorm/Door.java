package io.syncnorm;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.dl4j.Engine;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.UntrainedModel;
import io.syncnorm.ml.SyncBatchNormClassificationModel;
import io.syncnorm.ml.SyncBatchNormClassifier;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.shard.GivenRows;
import io.syncnorm.spark.shard.ShardTraining;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * An entry point of the library or command line, with the engine behind it. All train on the same
 * rows, dealt in the same way.
 */
enum Door {
  COMMAND_LINE("weights") {
    @Override
    float[] predictions(List<String> settings) {
      Configuration configuration = configuration(settings);
      Progress fresh = Progress.from(Snapshot.fresh(configuration, DoorRows.INPUTS));
      Snapshot trained = job(configuration, fresh, TraineeMaker.CONFIGURED);
      Network network =
          new Network(
              Blueprint.architecture(configuration, DoorRows.INPUTS),
              DoorRows.COUNT,
              RankReduction.NONE);
      return network.predict(trained.state(), DoorRows.features(DoorRows.ALL), DoorRows.COUNT);
    }
  },
  COMMAND_LINE_WITH_DL4J_NETWORK("weights") {
    @Override
    float[] predictions(List<String> settings) {
      return withNetworkFile(settings, "auto");
    }
  },
  COMMAND_LINE_IN_DL4J_LAYERS("recalibrate", "weights") {
    @Override
    float[] predictions(List<String> settings) {
      return withNetworkFile(settings, "dl4j");
    }
  },
  ESTIMATOR {
    @Override
    float[] predictions(List<String> settings) {
      SyncBatchNormClassifier classifier = classifier();
      for (String setting : settings) {
        String[] parts = setting.split("=", 2);
        if (parts[0].equals("training.early-stopping")) {
          classifier.setValidationIndicatorCol(DoorRows.VALIDATION);
        }
        set(classifier, PARAMS.get(parts[0]), parts[1].replace("\"", ""));
      }
      int rows =
          classifier.isDefined(classifier.validationIndicatorCol())
              ? 2 * DoorRows.COUNT
              : DoorRows.COUNT;
      return probabilities(classifier.fit(DoorRows.frame(spark, rows)));
    }
  },
  MASTER_FUSED("weights", "early-stopping", "local-after-epoch") {
    @Override
    float[] predictions(List<String> settings) {
      return Dl4jDoor.fit(Engine.FUSED, settings).output();
    }
  },
  MASTER_IN_DL4J_LAYERS("recalibrate", "weights", "early-stopping", "local-after-epoch") {
    @Override
    float[] predictions(List<String> settings) {
      return Dl4jDoor.fit(Engine.DL4J, settings).output();
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

  static final int HIDDEN = 5;
  static final int BATCH = 4;

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
            .master("local[" + DoorRows.RANKS + "]")
            .appName("DoorsTest")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
  }

  static void close() {
    spark.stop();
  }

  static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(spark.sparkContext());
  }

  /**
   * Returns the part of a setting that this entry point rejects; empty if the setting is supported.
   */
  Optional<String> refusalOf(String setting) {
    return Stream.of(refused.split(","))
        .filter(part -> !part.isEmpty() && setting.contains(part))
        .findFirst();
  }

  private static float[] withNetworkFile(List<String> settings, String engine) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("model.dl4j=" + Dl4jDoor.networkFile(folder), "model.engine=" + engine));
    all.addAll(List.of("training.shuffle=once", "training.epochs=1"));
    all.addAll(settings);
    Configuration configuration = configuration(all);
    UntrainedModel model = ModelPlan.of(configuration).model(RowFormat.ofVectors(DoorRows.INPUTS));
    Snapshot trained = job(configuration, Progress.from(model.start().get()), model.maker());
    return model.trained().apply(trained).predict(DoorRows.features(DoorRows.ALL), DoorRows.COUNT);
  }

  private static void set(SyncBatchNormClassifier classifier, String param, String value) {
    @SuppressWarnings("unchecked") // all of these are strings or integers
    Param<Object> any = (Param<Object>) (Param<?>) classifier.getParam(param);
    classifier.set(any, any instanceof IntParam ? Integer.valueOf(value) : value);
  }

  private static Configuration configuration(List<String> settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.classes=" + DoorRows.CLASSES,
                "model.hidden=[" + HIDDEN + "]",
                "model.batch-norm.recalibrate=0",
                "training.batch-size=" + BATCH,
                "training.epochs=2",
                "training.world=" + DoorRows.RANKS,
                "training.telemetry=off",
                "run.seed=" + DoorRows.SEED));
    all.addAll(settings);
    return ConfigLoader.load(List.of(), all);
  }

  private static Snapshot job(Configuration configuration, Progress from, TraineeMaker maker) {
    try (DealtData data =
        GivenRows.dealt(
            context(),
            DoorRows.rows(DoorRows::label),
            DoorRows.rows(DoorRows::wrongLabel),
            Dealing.SHUFFLED,
            DoorRows.RANKS,
            DoorRows.SEED)) {
      return new ShardTraining(context(), data, maker)
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
        .setNumWorkers(DoorRows.RANKS)
        .setSeed(DoorRows.SEED);
  }

  private static float[] probabilities(SyncBatchNormClassificationModel model) {
    float[] all = new float[DoorRows.COUNT * DoorRows.CLASSES];
    List<Row> rows =
        model
            .transform(DoorRows.frame(spark, DoorRows.COUNT))
            .select("probability")
            .collectAsList();
    for (int row = 0; row < DoorRows.COUNT; row++) {
      double[] probabilities = ((Vector) rows.get(row).get(0)).toArray();
      for (int j = 0; j < DoorRows.CLASSES; j++) {
        all[row * DoorRows.CLASSES + j] = (float) probabilities[j];
      }
    }
    return all;
  }
}
