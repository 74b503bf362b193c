package io.syncnorm.model;

import io.syncnorm.data.Features;
import io.syncnorm.data.RowFormat;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.onnx.OnnxNetwork;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A trained network that the fused engine computes, in whatever file it is. */
public abstract class EngineModel implements RunModel {
  private final Architecture architecture;
  private final NetworkState state;
  private final FusedPrediction prediction;
  private ModelExtras extras;

  protected EngineModel(Architecture architecture, NetworkState state, ModelExtras extras) {
    this.architecture = architecture;
    this.state = state;
    this.prediction = new FusedPrediction(architecture, state);
    this.extras = extras;
  }

  public final Architecture architecture() {
    return architecture;
  }

  protected final NetworkState state() {
    return state;
  }

  protected final ModelExtras extras() {
    return extras;
  }

  @Override
  public final long inputs() {
    return architecture.inputs();
  }

  @Override
  public final void prepare(RowFormat format, Path file) {
    extras.normalizer().requireFits(format.rowLength());
    requireImages(format, file);
    extras = extras.withNormalizer(extras.normalizer().of(format));
  }

  /**
   * Checks that images have their dimensions in the network's order.
   *
   * @throws ModelException if they have not
   */
  protected abstract void requireImages(RowFormat format, Path file);

  @Override
  public final int classes() {
    return architecture.classes();
  }

  @Override
  public final Optional<List<String>> classNames() {
    return extras.classNames();
  }

  @Override
  public final OnnxNetwork onnx() {
    return OnnxModel.network(architecture, state, extras);
  }

  @Override
  public final boolean keepsSparse() {
    return FusedPrediction.keepsSparse(extras.normalizer());
  }

  @Override
  public final float[] predict(Features.Sparse rows) {
    return keepsSparse() ? prediction.predict(rows) : RunModel.super.predict(rows);
  }

  @Override
  public final float[] predict(float[] features, int rows) {
    return prediction.predict(extras.normalizer(), features, rows);
  }
}
