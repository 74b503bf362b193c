package io.syncnorm.dl4j.fused;

import io.syncnorm.nn.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/** Rules that a network must satisfy for the fused engine to train it as DL4J does. */
final class FusedRules {
  private static final double ROUNDING = 1e12;

  private FusedRules() {}

  /**
   * Returns the common updater of all layers, without {@link FusedUpdater#conditioned what changes
   * the gradient and the weights} by layer.
   *
   * @throws NotFusedException if layers have different updaters or a setting that the fused engine
   *     does not support
   */
  static Optimizer.Rule updater(MultiLayerConfiguration configuration) {
    List<IUpdater> updaters = new ArrayList<>();
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      NeuralNetConfiguration conf = configuration.getConf(i);
      refuse(!conf.isMiniBatch(), "it is configured with miniBatch(false)");
      refuse(conf.getDataType() != DataType.FLOAT, "its data type is " + conf.getDataType());
      Layer layer = conf.getLayer();
      String where = String.format(Locale.ROOT, "layer %d ", i);
      refuse(
          layer.getConstraints() != null && !layer.getConstraints().isEmpty(),
          where + "has constraints");
      if (layer instanceof BaseLayer base && hasParameters(layer)) {
        require(base, where);
        updaters.add(base.getIUpdater());
      }
    }
    refuse(
        updaters.stream().anyMatch(updater -> !Objects.equals(updater, updaters.get(0))),
        "its layers have different updaters");
    return FusedUpdater.of(updaters.get(0), configuration.getEpochCount());
  }

  private static boolean hasParameters(Layer layer) {
    return !(layer instanceof ActivationLayer
        || layer instanceof DropoutLayer
        || layer instanceof LossLayer);
  }

  /**
   * Returns the rate at which a layer drops its inputs. DL4J's setting is the probability to keep
   * them.
   */
  static double dropout(Layer layer, int at) {
    if (layer.getIDropout() == null) {
      return 0;
    }
    if (layer.getIDropout().getClass() != Dropout.class) {
      throw new NotFusedException(
          String.format(
              Locale.ROOT, "layer %d has %s", at, layer.getIDropout().getClass().getSimpleName()));
    }
    Dropout dropout = (Dropout) layer.getIDropout();
    refuse(
        dropout.getPSchedule() != null,
        String.format(Locale.ROOT, "layer %d has a schedule of its dropout", at));
    // Rounded, because 1 - (1 - rate) need not be the rate that a model was written with.
    return Math.rint((1 - dropout.getP()) * ROUNDING) / ROUNDING;
  }

  /** Images are pooled over all positions, into vectors. */
  static void require(GlobalPoolingLayer pooling, CNN2DFormat format, int at) {
    String where = String.format(Locale.ROOT, "layer %d ", at);
    refuse(
        pooling.getPoolingType() != PoolingType.AVG,
        where + "pools globally with " + pooling.getPoolingType());
    refuse(!pooling.isCollapseDimensions(), where + "does not collapse dimensions");
    int[] over = pooling.getPoolingDimensions();
    int[] positions = format == CNN2DFormat.NCHW ? new int[] {2, 3} : new int[] {1, 2};
    refuse(
        !Arrays.equals(over == null ? new int[] {2, 3} : over, positions),
        where + "pools globally over dimensions " + Arrays.toString(over));
  }

  static void require(BatchNormalization norm, int layer) {
    String where = String.format(Locale.ROOT, "layer %d ", layer);
    refuse(norm.isLockGammaBeta(), where + "locks gamma and beta");
    refuse(!norm.isMinibatch(), where + "normalizes with minibatch(false)");
    refuse(
        !(norm.getDecay() >= 0 && norm.getDecay() < 1 && norm.getEps() > 0),
        where + "has decay=%s eps=%s".formatted(norm.getDecay(), norm.getEps()));
  }

  private static void require(BaseLayer layer, String where) {
    refuse(layer.getWeightNoise() != null, where + "has weight noise");
    refuse(
        layer instanceof BatchNormalization
            && layer.getGradientNormalization() != null
            && layer.getGradientNormalization() != GradientNormalization.None,
        where + "has gradient normalization, which would change its running statistics");
    refuse(
        layer.getBiasUpdater() != null && !layer.getBiasUpdater().equals(layer.getIUpdater()),
        where + "has a separate updater for its bias");
  }

  static void refuse(boolean refused, String reason) {
    if (refused) {
      throw new NotFusedException(reason);
    }
  }
}
