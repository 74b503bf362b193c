package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
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
import scala.runtime.AbstractFunction1;

/** The params that estimator and model have beyond those of every classifier. */
final class ParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What Spark's {@code HasCheckpointInterval} takes for no checkpoints at all. */
  static final int NO_CHECKPOINTS = -1;

  /** A fit may be gone on with when these change. */
  private static final Set<Key<?>> DECIDE_NOTHING =
      Set.of(
          Keys.TELEMETRY,
          Keys.WAIT_TIMEOUT,
          Keys.LOAD_TIMEOUT,
          Keys.SLOT_TIMEOUT,
          Keys.MAX_ATTEMPTS);

  final IntParam maxIter;
  final IntParam batchSize;
  final DoubleParam stepSize;
  final LongParam seed;
  final Param<String> solver;
  final DoubleParam beta1;
  final DoubleParam beta2;
  final DoubleParam optimizerEpsilon;
  final IntArrayParam hiddenLayers;
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
  final Param<String> waitTimeout;
  final Param<String> loadTimeout;
  final Param<String> slotTimeout;
  final IntParam maxAttempts;
  final BooleanParam telemetry;
  final IntParam earlyStoppingRounds;

  final IntParam numWorkers;
  final IntParam blockSize;
  final Param<String> checkpointDir;
  final IntParam checkpointInterval;
  final Param<String> weightCol;
  final Param<String> validationIndicatorCol;

  /** Those that are keys of the configuration. */
  final List<ConfigParam<?, ?>> configured;

  /** Makes the params and sets their defaults. */
  ParamSet(Params of) {
    ParamMaker make = new ParamMaker(of);
    maxIter = make.ints("maxIter", Keys.EPOCHS, "epochs, passes over the training rows (>= 1)");
    batchSize =
        make.ints(
            "batchSize",
            Keys.BATCH_SIZE,
            "rows of one worker's mini-batch (>= 1): a step of all workers covers numWorkers * batchSize rows");
    stepSize = make.doubles("stepSize", Keys.LEARNING_RATE, "step size, the learning rate (> 0)");
    seed =
        make.longs(
            "seed",
            Keys.SEED,
            "random seed: the same seed, rows, partitions and workers give the same model, bit by bit");
    solver = make.words("solver", Keys.OPTIMIZER_TYPE, "the update rule: adam or sgd");
    beta1 = make.doubles("beta1", Keys.BETA1, "Adam's decay of the first moment, in [0, 1)");
    beta2 = make.doubles("beta2", Keys.BETA2, "Adam's decay of the second moment, in [0, 1)");
    optimizerEpsilon =
        make.doubles(
            "optimizerEpsilon",
            Keys.OPTIMIZER_EPSILON,
            "Adam's guard against division by zero (> 0)");
    hiddenLayers =
        make.intLists(
            "hiddenLayers",
            Keys.HIDDEN,
            "widths of the hidden layers, each 1 to 65536; none is softmax regression");
    activation =
        make.words("activation", Keys.ACTIVATION, "after each hidden layer: relu, tanh or sigmoid");
    batchNorm =
        make.flags(
            "batchNorm", Keys.BATCH_NORM_ENABLED, "whether to normalize before each activation");
    momentum =
        make.doubles(
            "momentum",
            Keys.BATCH_NORM_MOMENTUM,
            "weight of the past in the running statistics of batch normalization, in [0, 1)");
    epsilon =
        make.doubles(
            "epsilon",
            Keys.BATCH_NORM_EPSILON,
            "added to the variance under the root of batch normalization (> 0)");
    batchNormSync =
        make.words(
            "batchNormSync",
            Keys.BATCH_NORM_SYNC,
            "whose rows the batch statistics cover: global (all workers'), local (each worker's own) or group(<size>)");
    batchNormRecalibrate =
        make.rows(
            "batchNormRecalibrate",
            Keys.RECALIBRATE,
            "training rows that running statistics are taken anew from after each epoch (>= 0); 0 is never, -1 is automatic: from 10000 rows where training has too few steps for the momentum");
    averagingFrequency =
        make.words(
            "averagingFrequency",
            Keys.AVERAGING_EVERY,
            "how often the workers' models are averaged: epoch, step, or \"<k> steps\"");
    averagingMerge =
        make.words(
            "averagingMerge",
            Keys.AVERAGING_MERGE,
            "what is averaged: parameters, every so often, or gradients, at every step before the update");
    optimizerState =
        make.words(
            "optimizerState",
            Keys.OPTIMIZER_STATE,
            "what becomes of Adam's moments when parameters are averaged: average, keep or reset");
    outerOptimizer =
        make.words(
            "outerOptimizer",
            Keys.OUTER_TYPE,
            "what is made of the averaged difference since the last averaging: none (the model is the average), momentum or nesterov");
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
            "up to this epoch gradients are averaged at every step, afterwards workers train by themselves in between (>= 0)");
    waitTimeout =
        make.words(
            "waitTimeout",
            Keys.WAIT_TIMEOUT,
            "deadline of every wait of a worker for the others, with its unit (ms, s, m, h)");
    loadTimeout =
        make.words(
            "loadTimeout",
            Keys.LOAD_TIMEOUT,
            "how long workers wait for the last one to load its rows, with its unit (ms, s, m, h)");
    slotTimeout =
        make.words(
            "slotTimeout",
            Keys.SLOT_TIMEOUT,
            "how long to wait for enough task slots, with its unit (ms, s, m, h)");
    maxAttempts =
        make.ints(
            "maxAttempts",
            Keys.MAX_ATTEMPTS,
            "how often the workers are started at most, when some are lost (>= 1)");
    telemetry =
        make.telemetry(
            "telemetry",
            "whether the summary's history tells how far the workers drift apart, layer by layer; it changes nothing of the model");
    earlyStoppingRounds =
        make.ints(
            "earlyStoppingRounds",
            Keys.EARLY_STOPPING,
            "stop after so many epochs without a lower loss on the validation rows, and return the best model (>= 0); 0 trains all epochs");
    configured = make.bound();
    String uid = of.uid();
    numWorkers =
        make.plain(
            0,
            new IntParam(
                uid,
                "numWorkers",
                "workers that train together, each in a task slot of its own (>= 0); 0 is one per slot that Spark was asked for",
                new AtLeast(0)));
    blockSize =
        make.plain(
            512,
            new IntParam(
                uid,
                "blockSize",
                "rows that are predicted at once, fewer where they are wide (>= 1)",
                new AtLeast(1)));
    checkpointDir =
        make.plain(
            "",
            new Param<String>(
                uid,
                "checkpointDir",
                "folder of this fit alone, on any file system that Hadoop knows: the same fit goes on from what is kept there when its driver died; empty keeps nothing",
                new Given()));
    checkpointInterval =
        make.plain(
            Keys.CHECKPOINT_EVERY.byDefault(),
            new IntParam(
                uid,
                "checkpointInterval",
                "epochs between two checkpoints in checkpointDir (>= 1), or none at all (-1)",
                new Interval()));
    weightCol =
        make.column(
            "weightCol",
            "column of the rows' weights (>= 0); each weighs 1 where it is not set or empty");
    validationIndicatorCol =
        make.column(
            "validationIndicatorCol",
            "column of booleans: true are rows to validate on, false those to train on");
  }

  /** What a stage's params say of the configuration; all else is as by default. */
  Configuration configuration(Params of) {
    Configuration configuration = Configuration.defaults();
    for (ConfigParam<?, ?> each : configured) {
      configuration = each.set(of, configuration);
    }
    return configuration;
  }

  /**
   * The params that decide what is trained and are keys of the configuration, {@code name=value}.
   *
   * @param configuration made of them: it has one writing for each value
   */
  List<String> decisive(Configuration configuration) {
    return configured.stream()
        .filter(each -> !DECIDE_NOTHING.contains(each.key()))
        .map(each -> each.name() + "=" + configuration.write(each.key()))
        .toList();
  }

  private static final class AtLeast extends AbstractFunction1<Object, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final int least;

    AtLeast(int least) {
      this.least = least;
    }

    @Override
    public Object apply(Object value) {
      return (int) value >= least;
    }
  }

  /** Epochs between checkpoints, as the configuration has them, and Spark's word for none. */
  private static final class Interval extends AbstractFunction1<Object, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object apply(Object value) {
      return (int) value == NO_CHECKPOINTS || Keys.CHECKPOINT_EVERY.takes((Integer) value);
    }
  }

  private static final class Given extends AbstractFunction1<String, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Object apply(String value) {
      return value != null;
    }
  }
}
