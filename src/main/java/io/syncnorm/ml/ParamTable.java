package io.syncnorm.ml;

import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;

/**
 * All params that estimator and model have in addition to those of every Spark classifier: what
 * each means, and the key of the configuration that it is bound to.
 */
final class ParamTable {
  private final ParamMaker make;

  private ParamTable(ParamMaker make) {
    this.make = make;
  }

  /** Makes all params; those with keys in the order in which checkpoints name them. */
  static void define(ParamMaker make) {
    ParamTable table = new ParamTable(make);
    table.optimizer();
    table.network();
    table.averaging();
    table.execution();
    table.withoutKeys();
  }

  private void optimizer() {
    make.ints(
        "maxIter", Keys.EPOCHS, "maximum number of epochs, passes over the training rows (>= 1)");
    make.ints(
        "batchSize",
        Keys.BATCH_SIZE,
        "rows of one worker's mini-batch (>= 1): a step of all workers covers numWorkers *"
            + " batchSize rows");
    make.doubles("stepSize", Keys.LEARNING_RATE, "step size, the learning rate (> 0)");
    make.longs(
        "seed",
        Keys.SEED,
        "random seed: the same seed, rows, partitions and number of workers give a bit-identical"
            + " model");
    make.words(
        "solver",
        Keys.OPTIMIZER_TYPE,
        "the update rule: adam, adamw (with weightDecay), sgd, nesterov or rmsprop");
    make.doubles("beta1", Keys.BETA1, "Adam's decay of the first moment, in [0, 1)");
    make.doubles("beta2", Keys.BETA2, "Adam's decay of the second moment, in [0, 1)");
    make.doubles(
        "optimizerEpsilon",
        Keys.OPTIMIZER_EPSILON,
        "Adam's and RMSProp's epsilon, which prevents division by zero (> 0)");
    make.doubles(
        "optimizerMomentum",
        Keys.OPTIMIZER_MOMENTUM,
        "weight of earlier steps in Nesterov's momentum, in [0, 1); for solver nesterov");
    make.doubles(
        "rmsDecay",
        Keys.RMS_DECAY,
        "RMSProp's decay of the mean square of gradients, in [0, 1); for solver rmsprop");
    make.doubles(
        "regParam",
        Keys.L2,
        "L2 penalty (>= 0): regParam * weight is added to the gradient of weights, not of"
            + " biases, gamma and beta");
    make.doubles(
        "weightDecay",
        Keys.WEIGHT_DECAY,
        "decay of weights beside the gradient (>= 0): learning rate * weightDecay * weight is"
            + " subtracted in each update; with solver adamw and all others but adam");
    make.limits(
        "clipNorm",
        Keys.CLIP_NORM,
        "greatest Euclidean norm of the gradient, all parameters together (> 0); 0 for no limit");
    make.limits(
        "clipValue",
        Keys.CLIP_VALUE,
        "greatest absolute value of each component of the gradient, before clipNorm (> 0); 0 for"
            + " no limit");
    make.words(
        "schedule",
        Keys.SCHEDULE_TYPE,
        "how the learning rate changes: constant, step, exponential or cosine (half a cosine"
            + " over maxIter epochs)");
    make.words(
        "scheduleEvery",
        Keys.SCHEDULE_EVERY,
        "period of schedule step and exponential: a number of epochs, or \"<k> steps\"");
    make.doubles(
        "scheduleFactor",
        Keys.SCHEDULE_FACTOR,
        "factor of the learning rate after each period of schedule step, or over each period of"
            + " exponential (> 0)");
    make.doubles(
        "scheduleFinalShare",
        Keys.SCHEDULE_FINAL_SHARE,
        "where schedule cosine ends, as a share of stepSize, in [0, 1)");
    make.words(
        "warmUp",
        Keys.WARM_UP,
        "first epochs (a number) or \"<k> steps\", in which the learning rate rises linearly; or"
            + " none");
  }

  private void network() {
    make.intLists(
        "hiddenLayers",
        Keys.HIDDEN,
        "widths of the hidden layers, each 1 to 65536; empty for softmax regression");
    make.layers(
        "layers",
        Keys.LAYERS,
        "all layers but the output layer, as in model.layers of a configuration file: [{conv ="
            + " 8, kernel = 5}, batch-norm, relu, {max-pool = 2}]; none for those of hiddenLayers"
            + " and activation");
    make.intLists(
        "imageShape",
        Keys.IMAGE,
        "height, width and channels of the image that a row of features is, for layers; empty if"
            + " rows are vectors");
    make.words(
        "activation",
        Keys.ACTIVATION,
        "activation after each layer of hiddenLayers: relu, tanh or sigmoid");
    make.words(
        "initialization",
        Keys.INITIALIZATION,
        "how weights are drawn before training: glorot-uniform, glorot-normal, he-uniform or"
            + " he-normal");
    make.flags(
        "batchNorm",
        Keys.BATCH_NORM_ENABLED,
        "whether to normalize before each activation, or where layers says");
    make.doubles(
        "momentum",
        Keys.BATCH_NORM_MOMENTUM,
        "weight of earlier steps in the running statistics of batch normalization, in [0, 1)");
    make.doubles(
        "epsilon", Keys.BATCH_NORM_EPSILON, "added to the variance in batch normalization (> 0)");
    make.words(
        "batchNormSync",
        Keys.BATCH_NORM_SYNC,
        "whose rows the batch statistics cover: global (all workers'), local (each worker's own)"
            + " or group(<size>)");
    make.rows(
        "batchNormRecalibrate",
        Keys.RECALIBRATE,
        "training rows from which running statistics are recomputed after each epoch (>= 0); 0"
            + " for never, -1 for automatic: 10000 rows if training has too few steps for the"
            + " momentum");
  }

  private void averaging() {
    make.words(
        "averagingFrequency",
        Keys.AVERAGING_EVERY,
        "how often the workers' models are averaged: epoch, step, or \"<k> steps\"");
    make.words(
        "averagingMerge",
        Keys.AVERAGING_MERGE,
        "what is averaged: parameters, every averagingFrequency, or gradients, at every step"
            + " before the update");
    make.words(
        "optimizerState",
        Keys.OPTIMIZER_STATE,
        "how averaging treats Adam's moments: average, keep or reset");
    make.words(
        "outerOptimizer",
        Keys.OUTER_TYPE,
        "optimizer that applies the averaged difference since the last averaging: none (the"
            + " model is the average), momentum or nesterov");
    make.doubles(
        "outerStepSize", Keys.OUTER_LEARNING_RATE, "step size of the outer optimizer (> 0)");
    make.doubles(
        "outerMomentum",
        Keys.OUTER_MOMENTUM,
        "weight of earlier differences in the outer optimizer, in [0, 1)");
    make.ints(
        "localAfterEpoch",
        Keys.LOCAL_AFTER_EPOCH,
        "last epoch in which gradients are averaged at every step; afterwards workers train"
            + " locally between averagings (>= 0)");
  }

  private void execution() {
    make.words(
        "encrypt",
        Keys.ENCRYPT,
        "whether workers encrypt their connections to each other and to the driver: on, off, or"
            + " auto, if Spark encrypts its network");
    make.words(
        "waitTimeout",
        Keys.WAIT_TIMEOUT,
        "deadline for every wait of a worker for other workers, with a unit (ms, s, m, h)");
    make.words(
        "loadTimeout",
        Keys.LOAD_TIMEOUT,
        "deadline for all workers to load their rows, with a unit (ms, s, m, h)");
    make.ints(
        "minWorkerSlots",
        Keys.MIN_SLOTS,
        "number of task slots below which the workers wait for more (>= 1)");
    make.words(
        "slotTimeout",
        Keys.SLOT_TIMEOUT,
        "deadline for enough task slots to become available, with a unit (ms, s, m, h)");
    make.ints(
        "maxAttempts",
        Keys.MAX_ATTEMPTS,
        "maximum number of times in a row that the workers are started, if some are lost before"
            + " another epoch ends (>= 1)");
    make.telemetry(
        "telemetry",
        "whether the summary's history reports how far the workers drift apart in each layer;"
            + " does not affect the model");
    make.ints(
        "earlyStoppingRounds",
        Keys.EARLY_STOPPING,
        "number of epochs without a lower loss on the validation rows after which training stops"
            + " and returns the best model (>= 0); 0 trains all epochs");
  }

  private void withoutKeys() {
    make.ownInts(
        "numWorkers",
        0,
        value -> (int) value >= 0,
        "number of workers that train together, each in its own task slot (>= 0); 0 for one per"
            + " task slot requested from Spark");
    make.ownInts(
        "blockSize",
        512,
        value -> (int) value >= 1,
        "maximum number of rows that are predicted at once; fewer for wide rows (>= 1)");
    make.ownTexts(
        "checkpointDir",
        text -> true,
        "folder for this fit's checkpoints, on any file system that Hadoop supports: the same fit"
            + " resumes from it after its driver died; empty for no checkpoints");
    make.ownInts(
        "checkpointInterval",
        ((Period.EveryEpochs) Keys.CHECKPOINT_EVERY.byDefault()).epochs(),
        ParamTable::isInterval,
        "epochs between two checkpoints in checkpointDir (>= 1); -1 for no checkpoints");
    make.ownTexts(
        "checkpointEvery",
        text -> text.isBlank() || Keys.CHECKPOINT_EVERY.read(text.strip()).isPresent(),
        "how often models are kept to resume from: a number of epochs, or \"<k> steps\" or a time"
            + " with a unit (ms, s, m, h), also inside an epoch where workers' models are averaged;"
            + " empty for every checkpointInterval epochs");
    make.column(
        "weightCol",
        "column of the rows' weights (>= 0); if not set or empty, every row has weight 1");
    make.column(
        "validationIndicatorCol",
        "boolean column: true for validation rows, false for training rows");
  }

  /** The configuration's range of epochs between checkpoints, and Spark's value for none. */
  private static boolean isInterval(Object value) {
    return (int) value == ParamSet.NO_CHECKPOINTS
        || Keys.CHECKPOINT_EVERY.takes(new Period.EveryEpochs((Integer) value));
  }
}
