package io.syncnorm.dl4j;

import io.syncnorm.dl4j.layer.SyncBatchNormalizationLayer;
import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Configuration of a batch normalization layer whose statistics are those of all ranks of the
 * surrounding {@link SyncScope}; outside of one it is ordinary batch normalization.
 *
 * <p>Settings, parameters and serialized form are those of DL4J's {@link BatchNormalization}; only
 * the class name in JSON and YAML differs. {@link SyncBatchNorm} goes from one to the other.
 */
public final class SyncBatchNormalization extends BatchNormalization {
  private static final long serialVersionUID = 1;

  /** With DL4J's defaults; also what reads JSON and YAML. */
  public SyncBatchNormalization() {}

  @Override
  public SyncBatchNormalization clone() {
    return (SyncBatchNormalization) super.clone();
  }

  @Override
  public org.deeplearning4j.nn.api.Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray parametersView,
      boolean initializeParameters,
      DataType dataType) {
    LayerValidation.assertNOutSet(
        SyncBatchNormalization.class.getSimpleName(), getLayerName(), layerIndex, getNOut());
    SyncBatchNormalizationLayer layer = new SyncBatchNormalizationLayer(conf, dataType);
    layer.setListeners(listeners);
    layer.setIndex(layerIndex);
    layer.setParamsViewArray(parametersView);
    Map<String, INDArray> parameters =
        initializer().init(conf, parametersView, initializeParameters);
    layer.setParamTable(parameters);
    layer.setConf(conf);
    return layer;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SyncBatchNormalization && super.equals(other);
  }

  @Override
  protected boolean canEqual(Object other) {
    return other instanceof SyncBatchNormalization;
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }

  /** DL4J's builder, with all its settings; only what it builds differs. */
  @SuppressWarnings("unchecked") // DL4J's build() promises whatever layer its caller likes
  public static final class Builder extends BatchNormalization.Builder {
    /** With DL4J's defaults. */
    public Builder() {}

    /** As {@code BatchNormalization.Builder(decay, isMinibatch)}. */
    public Builder(double decay, boolean isMinibatch) {
      super(decay, isMinibatch);
    }

    /** As {@code BatchNormalization.Builder(gamma, beta)}. */
    public Builder(double gamma, double beta) {
      super(gamma, beta);
    }

    /** As {@code BatchNormalization.Builder(gamma, beta, lockGammaBeta)}. */
    public Builder(double gamma, double beta, boolean lockGammaBeta) {
      super(gamma, beta, lockGammaBeta);
    }

    /** As {@code BatchNormalization.Builder(lockGammaBeta)}. */
    public Builder(boolean lockGammaBeta) {
      super(lockGammaBeta);
    }

    @Override
    public SyncBatchNormalization build() {
      return LayerCopy.as(SyncBatchNormalization.class, super.build());
    }
  }
}
