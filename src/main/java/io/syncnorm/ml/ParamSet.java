package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The params that estimator and model have in addition to those of every Spark classifier. */
final class ParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Spark's value of {@code HasCheckpointInterval} for no checkpoints. */
  static final int NO_CHECKPOINTS = -1;

  /** Left out of checkpoints while they have their defaults: earlier versions do not name them. */
  private static final Set<Key<?>> ADDED_LATER = Set.of(Keys.LAYERS, Keys.IMAGE);

  final IntParam maxIter;
  final IntParam batchSize;
  final DoubleParam stepSize;
  final LongParam seed;
  final Param<String> solver;
  final DoubleParam beta1;
  final DoubleParam beta2;
  final DoubleParam optimizerEpsilon;
  final IntArrayParam hiddenLayers;
  final Param<String> layers;
  final IntArrayParam imageShape;
  final Param<String> activation;
  final BooleanParam batchNorm;
  final DoubleParam momentum;
  final DoubleParam epsilon;
  final Param<String> batchNormSync;
  final IntParam batchNormRecalibrate;
  final Param<String> averagingFrequency;
  final Param<String> averagingMerge;
  final Param<String> optimizerState;
  final Param<String> outerOptimizer;
  final DoubleParam outerStepSize;
  final DoubleParam outerMomentum;
  final IntParam localAfterEpoch;
  final Param<String> encrypt;
  final Param<String> waitTimeout;
  final Param<String> loadTimeout;
  final IntParam minWorkerSlots;
  final Param<String> slotTimeout;
  final IntParam maxAttempts;
  final BooleanParam telemetry;
  final IntParam earlyStoppingRounds;

  final IntParam numWorkers;
  final IntParam blockSize;
  final Param<String> checkpointDir;
  final IntParam checkpointInterval;
  final Param<String> checkpointEvery;
  final Param<String> weightCol;
  final Param<String> validationIndicatorCol;

  /** The params that are bound to keys of the configuration. */
  final List<ConfigParam<?, ?>> configured;

  /** Makes the params and sets their defaults. */
  ParamSet(Params of) {
    ParamMaker make = new ParamMaker(of);
    maxIter =
        make.ints(
            "maxIter",
            Keys.EPOCHS,
            "maximum number of epochs, passes over the training rows (>= 1)");
    batchSize =
        make.ints(
            "batchSize",
            Keys.BATCH_SIZE,
            "rows of one worker's mini-batch (>= 1): a step of all workers covers numWorkers *"
                + " batchSize rows");
    stepSize = make.doubles("stepSize", Keys.LEARNING_RATE, "step size, the learning rate (> 0)");
    seed =
        make.longs(
            "seed",
            Keys.SEED,
            "random seed: the same seed, rows, partitions and number of workers give a"
                + " bit-identical model");
    solver = make.solver("solver", "the update rule: adam, sgd, nesterov or rmsprop");
    beta1 = make.doubles("beta1", Keys.BETA1, "Adam's decay of the first moment, in [0, 1)");
    beta2 = make.doubles("beta2", Keys.BETA2, "Adam's decay of the second moment, in [0, 1)");
    optimizerEpsilon =
        make.doubles(
            "optimizerEpsilon",
            Keys.OPTIMIZER_EPSILON,
            "Adam's epsilon, which prevents division by zero (> 0)");
    hiddenLayers =
        make.intLists(
            "hiddenLayers",
            Keys.HIDDEN,
            "widths of the hidden layers, each 1 to 65536; empty for softmax regression");
    layers =
        make.layers(
            "layers",
            Keys.LAYERS,
            "all layers but the output layer, as in model.layers of a configuration file: [{conv ="
                + " 8, kernel = 5}, batch-norm, relu, {max-pool = 2}]; none for those of"
                + " hiddenLayers and activation");
    imageShape =
        make.intLists(
            "imageShape",
            Keys.IMAGE,
            "height, width and channels of the image that a row of features is, for layers; empty"
                + " if rows are vectors");
    activation =
        make.words(
            "activation",
            Keys.ACTIVATION,
            "activation after each layer of hiddenLayers: relu, tanh or sigmoid");
    batchNorm =
        make.flags(
            "batchNorm",
            Keys.BATCH_NORM_ENABLED,
            "whether to normalize before each activation, or where layers says");
    momentum =
        make.doubles(
            "momentum",
            Keys.BATCH_NORM_MOMENTUM,
            "weight of earlier steps in the running statistics of batch normalization, in [0, 1)");
    epsilon =
        make.doubles(
            "epsilon",
            Keys.BATCH_NORM_EPSILON,
            "added to the variance in batch normalization (> 0)");
    batchNormSync =
        make.words(
            "batchNormSync",
            Keys.BATCH_NORM_SYNC,
            "whose rows the batch statistics cover: global (all workers'), local (each worker's"
                + " own) or group(<size>)");
    batchNormRecalibrate =
        make.rows(
            "batchNormRecalibrate",
            Keys.RECALIBRATE,
            "training rows from which running statistics are recomputed after each epoch (>= 0); 0"
                + " for never, -1 for automatic: 10000 rows if training has too few steps for the"
                + " momentum");
    averagingFrequency =
        make.words(
            "averagingFrequency",
            Keys.AVERAGING_EVERY,
            "how often the workers' models are averaged: epoch, step, or \"<k> steps\"");
    averagingMerge =
        make.words(
            "averagingMerge",
            Keys.AVERAGING_MERGE,
            "what is averaged: parameters, every averagingFrequency, or gradients, at every step"
                + " before the update");
    optimizerState =
        make.words(
            "optimizerState",
            Keys.OPTIMIZER_STATE,
            "how averaging treats Adam's moments: average, keep or reset");
    outerOptimizer =
        make.words(
            "outerOptimizer",
            Keys.OUTER_TYPE,
            "optimizer that applies the averaged difference since the last averaging: none (the"
                + " model is the average), momentum or nesterov");
    outerStepSize =
        make.doubles(
            "outerStepSize", Keys.OUTER_LEARNING_RATE, "step size of the outer optimizer (> 0)");
    outerMomentum =
        make.doubles(
            "outerMomentum",
            Keys.OUTER_MOMENTUM,
            "weight of earlier differences in the outer optimizer, in [0, 1)");
    localAfterEpoch =
        make.ints(
            "localAfterEpoch",
            Keys.LOCAL_AFTER_EPOCH,
            "last epoch in which gradients are averaged at every step; afterwards workers train"
                + " locally between averagings (>= 0)");
    encrypt =
        make.words(
            "encrypt",
            Keys.ENCRYPT,
            "whether workers encrypt their connections to each other and to the driver: on, off, or"
                + " auto, if Spark encrypts its network");
    waitTimeout =
        make.words(
            "waitTimeout",
            Keys.WAIT_TIMEOUT,
            "deadline for every wait of a worker for other workers, with a unit (ms, s, m, h)");
    loadTimeout =
        make.words(
            "loadTimeout",
            Keys.LOAD_TIMEOUT,
            "deadline for all workers to load their rows, with a unit (ms, s, m, h)");
    minWorkerSlots =
        make.ints(
            "minWorkerSlots",
            Keys.MIN_SLOTS,
            "number of task slots below which the workers wait for more (>= 1)");
    slotTimeout =
        make.words(
            "slotTimeout",
            Keys.SLOT_TIMEOUT,
            "deadline for enough task slots to become available, with a unit (ms, s, m, h)");
    maxAttempts =
        make.ints(
            "maxAttempts",
            Keys.MAX_ATTEMPTS,
            "maximum number of times in a row that the workers are started, if some are lost before"
                + " another epoch ends (>= 1)");
    telemetry =
        make.telemetry(
            "telemetry",
            "whether the summary's history reports how far the workers drift apart in each layer;"
                + " does not affect the model");
    earlyStoppingRounds =
        make.ints(
            "earlyStoppingRounds",
            Keys.EARLY_STOPPING,
            "number of epochs without a lower loss on the validation rows after which training"
                + " stops and returns the best model (>= 0); 0 trains all epochs");
    configured = make.bound();
    String uid = of.uid();
    numWorkers =
        make.plain(
            0,
            new IntParam(
                uid,
                "numWorkers",
                "number of workers that train together, each in its own task slot (>= 0); 0 for one"
                    + " per task slot requested from Spark",
                new ParamRange.AtLeast(0)));
    blockSize =
        make.plain(
            512,
            new IntParam(
                uid,
                "blockSize",
                "maximum number of rows that are predicted at once; fewer for wide rows (>= 1)",
                new ParamRange.AtLeast(1)));
    checkpointDir =
        make.plain(
            "",
            new Param<String>(
                uid,
                "checkpointDir",
                "folder for this fit's checkpoints, on any file system that Hadoop supports: the"
                    + " same fit resumes from it after its driver died; empty for no checkpoints",
                new ParamRange.NotNull()));
    checkpointInterval =
        make.plain(
            ((Period.EveryEpochs) Keys.CHECKPOINT_EVERY.byDefault()).epochs(),
            new IntParam(
                uid,
                "checkpointInterval",
                "epochs between two checkpoints in checkpointDir (>= 1); -1 for no checkpoints",
                new ParamRange.Interval()));
    checkpointEvery =
        make.plain(
            "",
            new Param<String>(
                uid,
                "checkpointEvery",
                "how often models are kept to resume from: a number of epochs, or \"<k> steps\" or"
                    + " a time with a unit (ms, s, m, h), also inside an epoch where workers'"
                    + " models are averaged; empty for every checkpointInterval epochs",
                new ParamRange.Every()));
    weightCol =
        make.column(
            "weightCol",
            "column of the rows' weights (>= 0); if not set or empty, every row has weight 1");
    validationIndicatorCol =
        make.column(
            "validationIndicatorCol",
            "boolean column: true for validation rows, false for training rows");
  }

  /** Returns the configuration of a stage's params, with defaults for all other keys. */
  Configuration configuration(Params of) {
    Configuration configuration = Configuration.defaults();
    for (ConfigParam<?, ?> each : configured) {
      configuration = each.set(of, configuration);
    }
    requireOneNetwork(configuration);
    return configuration.with(Keys.CHECKPOINT_EVERY, every(of));
  }

  /**
   * @throws IllegalArgumentException if both lists of layers are set
   */
  private static void requireOneNetwork(Configuration configuration) {
    if (configuration.get(Keys.LAYERS).isConfigured()
        && !configuration.get(Keys.HIDDEN).equals(Keys.HIDDEN.byDefault())) {
      throw new IllegalArgumentException(
          "layers and hiddenLayers both describe the network: expected the default hiddenLayers=%s with layers=%s, found hiddenLayers=%s; set one of them"
              .formatted(
                  Keys.HIDDEN.byDefault(),
                  configuration.get(Keys.LAYERS),
                  configuration.get(Keys.HIDDEN)));
    }
  }

  /** How often the driver needs the model, whether or not it stores it. */
  private Period every(Params of) {
    Period epochs = new Period.EveryEpochs(Math.max(1, (int) of.getOrDefault(checkpointInterval)));
    return Keys.CHECKPOINT_EVERY.read(of.getOrDefault(checkpointEvery).strip()).orElse(epochs);
  }

  /** Whether checkpoints are stored, if there is a folder for them. */
  boolean storesCheckpoints(Params of) {
    return (int) of.getOrDefault(checkpointInterval) != NO_CHECKPOINTS
        || !of.getOrDefault(checkpointEvery).isBlank();
  }

  /**
   * Returns the params bound to keys of a fit's identity, as {@code name=value}.
   *
   * @param configuration built from them, which writes each value in one way only
   */
  List<String> decisive(Configuration configuration) {
    return configured.stream()
        .filter(each -> each.key().role() == Key.Role.IDENTITY)
        .filter(each -> !ADDED_LATER.contains(each.key()) || !isDefault(configuration, each.key()))
        .map(each -> each.name() + "=" + configuration.write(each.key()))
        .toList();
  }

  private static <T> boolean isDefault(Configuration configuration, Key<T> key) {
    return configuration.get(key).equals(key.byDefault());
  }
}
