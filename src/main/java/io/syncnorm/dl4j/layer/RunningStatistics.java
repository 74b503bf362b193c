package io.syncnorm.dl4j.layer;

import java.util.Map;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer's running mean and variance in DL4J's form. They are parameters, the variance is stored
 * directly or as log10 of its root, and the updater subtracts their changes:
 *
 * <pre>
 * mean     -= (1 - decay) * (mean - batchMean)
 * variance -= (1 - decay) * (variance - batchVariance)
 * log10std -= log10(variance / (decay * variance + (1 - decay) * batchVariance)) / 2
 * </pre>
 *
 * <p>Both batch statistics cover all ranks; the variance is biased. Like DL4J, SyncNorm passes
 * these changes to the updater as gradients, not divided by the rows.
 */
final class RunningStatistics {
  private final BatchNormalization settings;
  private final Map<String, INDArray> parameters;

  RunningStatistics(BatchNormalization settings, Map<String, INDArray> parameters) {
    this.settings = settings;
    this.parameters = parameters;
  }

  static String meanKey() {
    return BatchNormalizationParamInitializer.GLOBAL_MEAN;
  }

  String spreadKey() {
    return settings.isUseLogStd()
        ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
        : BatchNormalizationParamInitializer.GLOBAL_VAR;
  }

  double[] mean() {
    return ArrayValues.vector(parameters.get(meanKey()));
  }

  double[] biasedVariance() {
    double[] spread = ArrayValues.vector(parameters.get(spreadKey()));
    if (settings.isUseLogStd()) {
      for (int f = 0; f < spread.length; f++) {
        spread[f] = Math.pow(10, 2 * spread[f]);
      }
    }
    return spread;
  }

  /** Computes the value that an update subtracts from the mean. */
  void meanUpdate(GlobalNormalization batch, INDArray into) {
    double[] values = mean();
    for (int f = 0; f < values.length; f++) {
      values[f] = (1 - settings.getDecay()) * (values[f] - batch.mean(f));
    }
    ArrayValues.write(values, 'c', into);
  }

  /** Computes the value that an update subtracts from the variance or from log10(std). */
  void spreadUpdate(GlobalNormalization batch, INDArray into) {
    double decay = settings.getDecay();
    double[] values = biasedVariance();
    for (int f = 0; f < values.length; f++) {
      double moved = decay * values[f] + (1 - decay) * batch.biasedVariance(f);
      values[f] =
          settings.isUseLogStd()
              ? Math.log10(values[f] / moved) / 2
              : (1 - decay) * (values[f] - batch.biasedVariance(f));
    }
    ArrayValues.write(values, 'c', into);
  }

  /** Updates the statistics directly, with the same rounding as through the updater. */
  void move(GlobalNormalization batch) {
    INDArray mean = parameters.get(meanKey());
    INDArray update = mean.ulike();
    meanUpdate(batch, update);
    mean.subi(update);
    INDArray spread = parameters.get(spreadKey());
    spreadUpdate(batch, update);
    spread.subi(update);
  }
}
