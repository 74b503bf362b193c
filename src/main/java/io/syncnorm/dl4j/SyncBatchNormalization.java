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
 * Configuration of a batch normalization layer whose batch statistics cover all ranks of the
 * surrounding {@link SyncScope}. Outside of a scope it is ordinary batch normalization.
 *
 * <p>Settings, parameters and serialized form are those of DL4J's {@link BatchNormalization}; only
 * the class name in JSON and YAML differs. {@link SyncBatchNorm} converts between the two.
 */
public final class SyncBatchNormalization extends BatchNormalization {
  private static final long serialVersionUID = 1;

  /** Creates a layer with DL4J's defaults; also used to read JSON and YAML. */
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

  /** Builder with all settings of DL4J's; only the built class differs. */
  @SuppressWarnings("unchecked") // DL4J's build() is generic in its result
  public static final class Builder extends BatchNormalization.Builder {
    /** Creates a builder with DL4J's defaults. */
    public Builder() {}

    /** Creates a builder as {@code BatchNormalization.Builder(decay, isMinibatch)} does. */
    public Builder(double decay, boolean isMinibatch) {
      super(decay, isMinibatch);
    }

    /** Creates a builder as {@code BatchNormalization.Builder(gamma, beta)} does. */
    public Builder(double gamma, double beta) {
      super(gamma, beta);
    }

    /** Creates a builder as {@code BatchNormalization.Builder(gamma, beta, lockGammaBeta)} does. */
    public Builder(double gamma, double beta, boolean lockGammaBeta) {
      super(gamma, beta, lockGammaBeta);
    }

    /** Creates a builder as {@code BatchNormalization.Builder(lockGammaBeta)} does. */
    public Builder(boolean lockGammaBeta) {
      super(lockGammaBeta);
    }

    @Override
    public SyncBatchNormalization build() {
      return LayerCopy.as(SyncBatchNormalization.class, super.build());
    }
  }
}
