package io.syncnorm.ml;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
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
  final Param<String> averagingFrequency;
  final Param<String> optimizerState;
  final Param<String> waitTimeout;
  final Param<String> slotTimeout;
  final IntParam maxAttempts;

  final IntParam numWorkers;
  final IntParam earlyStoppingRounds;
  final IntParam blockSize;
  final Param<String> weightCol;
  final Param<String> validationIndicatorCol;

  private final List<ConfigParam> configured = new ArrayList<>();

  /** Makes the params and sets their defaults. */
  ParamSet(Params of) {
    String uid = of.uid();
    maxIter =
        ints(of, "maxIter", "training.epochs", "epochs, passes over the training rows (>= 1)");
    batchSize =
        ints(
            of,
            "batchSize",
            "training.batch-size",
            "rows of one worker's mini-batch (>= 1): a step of all workers covers numWorkers * batchSize rows");
    stepSize =
        doubles(
            of,
            "stepSize",
            "training.optimizer.learning-rate",
            "step size, the learning rate (> 0)");
    seed =
        bound(
            of,
            "run.seed",
            Long::valueOf,
            new LongParam(
                uid,
                "seed",
                "random seed: the same seed, rows, partitions and workers give the same model, bit by bit",
                new ConfigParam.Range<>("run.seed")));
    solver = words(of, "solver", "training.optimizer.type", "the update rule: adam or sgd");
    beta1 =
        doubles(
            of, "beta1", "training.optimizer.beta1", "Adam's decay of the first moment, in [0, 1)");
    beta2 =
        doubles(
            of,
            "beta2",
            "training.optimizer.beta2",
            "Adam's decay of the second moment, in [0, 1)");
    optimizerEpsilon =
        doubles(
            of,
            "optimizerEpsilon",
            "training.optimizer.epsilon",
            "Adam's guard against division by zero (> 0)");
    hiddenLayers =
        bound(
            of,
            "model.hidden",
            ParamSet::parseInts,
            new IntArrayParam(
                of,
                "hiddenLayers",
                "widths of the hidden layers, each 1 to 65536; none is softmax regression",
                new ConfigParam.Range<>("model.hidden")));
    activation =
        words(
            of, "activation", "model.activation", "after each hidden layer: relu, tanh or sigmoid");
    batchNorm =
        bound(
            of,
            "model.batch-norm.enabled",
            Boolean::valueOf,
            new BooleanParam(uid, "batchNorm", "whether to normalize before each activation"));
    momentum =
        doubles(
            of,
            "momentum",
            "model.batch-norm.momentum",
            "weight of the past in the running statistics of batch normalization, in [0, 1)");
    epsilon =
        doubles(
            of,
            "epsilon",
            "model.batch-norm.epsilon",
            "added to the variance under the root of batch normalization (> 0)");
    batchNormSync =
        words(
            of,
            "batchNormSync",
            "model.batch-norm.sync",
            "whose rows the batch statistics cover: global (all workers'), local (each worker's own) or group(<size>)");
    averagingFrequency =
        words(
            of,
            "averagingFrequency",
            "training.averaging.every",
            "how often the workers' models are averaged: epoch, step, or \"<k> steps\"");
    optimizerState =
        words(
            of,
            "optimizerState",
            "training.averaging.optimizer-state",
            "what becomes of Adam's moments then: average, keep or reset");
    waitTimeout =
        words(
            of,
            "waitTimeout",
            "training.wait-timeout",
            "deadline of every wait of a worker for the others, with its unit (ms, s, m, h)");
    slotTimeout =
        words(
            of,
            "slotTimeout",
            "training.slot-timeout",
            "how long to wait for enough task slots, with its unit (ms, s, m, h)");
    maxAttempts =
        ints(
            of,
            "maxAttempts",
            "training.max-attempts",
            "how often the workers are started at most, when some are lost (>= 1)");
    numWorkers =
        plain(
            of,
            0,
            new IntParam(
                uid,
                "numWorkers",
                "workers that train together, each in a task slot of its own (>= 0); 0 is one per slot",
                new AtLeast(0)));
    earlyStoppingRounds =
        plain(
            of,
            0,
            new IntParam(
                uid,
                "earlyStoppingRounds",
                "stop after so many epochs without a lower loss on the validation rows, and return the best model (>= 0); 0 trains all epochs",
                new AtLeast(0)));
    blockSize =
        plain(
            of,
            512,
            new IntParam(
                uid, "blockSize", "rows that are predicted at once (>= 1)", new AtLeast(1)));
    weightCol =
        new Param<>(
            uid,
            "weightCol",
            "column of the rows' weights (>= 0); each weighs 1 where it is not set or empty");
    validationIndicatorCol =
        new Param<>(
            uid,
            "validationIndicatorCol",
            "column of booleans: true are rows to validate on, false those to train on");
  }

  /** What a stage's params say of the configuration, for {@code ConfigLoader}. */
  List<String> overrides(Params of) {
    return configured.stream()
        .map(each -> each.override(of.getOrDefault(of.getParam(each.param().name()))))
        .toList();
  }

  private IntParam ints(Params of, String name, String key, String doc) {
    return bound(
        of, key, Integer::valueOf, new IntParam(of.uid(), name, doc, new ConfigParam.Range<>(key)));
  }

  private DoubleParam doubles(Params of, String name, String key, String doc) {
    return bound(
        of,
        key,
        Double::valueOf,
        new DoubleParam(of.uid(), name, doc, new ConfigParam.Range<>(key)));
  }

  private Param<String> words(Params of, String name, String key, String doc) {
    return bound(
        of,
        key,
        Function.identity(),
        new Param<String>(of.uid(), name, doc, new ConfigParam.Range<>(key)));
  }

  /** Binds a param to a key of the configuration, whose default becomes its own. */
  private <T, P extends Param<T>> P bound(
      Params of, String key, Function<String, ? extends T> parse, P param) {
    configured.add(new ConfigParam(param, key));
    return plain(of, parse.apply(ConfigParam.defaultOf(key)), param);
  }

  private static <T, P extends Param<T>> P plain(Params of, T byDefault, P param) {
    of.setDefault(param, byDefault);
    return param;
  }

  private static int[] parseInts(String list) {
    return Arrays.stream(list.replaceAll("[\\[\\] ]", "").split(","))
        .filter(word -> !word.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
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
}
