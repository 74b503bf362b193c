package io.syncnorm.train;

import io.syncnorm.config.TrainingSettings.Telemetry;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Moments;
import io.syncnorm.nn.MomentsDrift;
import io.syncnorm.nn.ParameterLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how far the ranks drift from each other, layer by layer, in sums that travel with the
 * epoch's totals. What would cost too much at every step is sampled at a few, spread evenly over
 * the epoch, the same on all ranks. It allocates nothing but at construction and changes nothing of
 * what is trained.
 */
final class DriftTelemetry implements Averaging.Observer {
  /** Steps of an epoch that are sampled, all of them where there are not more. */
  static final int SAMPLED_STEPS = 8;

  // Where each layer's sums lie: those of MomentsDrift, then
  private static final int GRADIENT = MomentsDrift.LENGTH; // square times weight, weight
  private static final int DIVERGENCE = GRADIENT + 2; // square times weight, weight
  private static final int SUMS = DIVERGENCE + 2;

  private final Telemetry telemetry;
  private final ParameterLayout layout;
  private final List<Architecture.Hidden> hidden;
  private final float[] parameters;
  private final int steps;
  private final double[] totals;
  private final int at;

  private final double[][] own;
  private final double[][] copies;
  private final float[] beforeMean;
  private final double[] squaredNorms;
  private boolean isSampling;

  /**
   * @param parameters the live ones
   * @param steps of an epoch
   * @param totals zero at the start of an epoch; sums begin at {@code at} and take {@link #length}
   */
  DriftTelemetry(
      Telemetry telemetry,
      Architecture architecture,
      float[] parameters,
      int steps,
      double[] totals,
      int at) {
    this.telemetry = telemetry;
    this.layout = ParameterLayout.of(architecture);
    this.hidden = architecture.hidden();
    this.parameters = parameters;
    this.steps = steps;
    this.totals = totals;
    this.at = at;
    int layers = telemetry == Telemetry.ON ? hidden.size() : 0;
    this.own = new double[layers][];
    this.copies = new double[layers][];
    for (int layer = 0; layer < layers; layer++) {
      own[layer] = new double[Moments.packedLength(hidden.get(layer).width())];
      copies[layer] = new double[own[layer].length];
    }
    this.beforeMean = new float[telemetry == Telemetry.ON ? parameters.length : 0];
    this.squaredNorms = new double[layers];
  }

  /** Doubles that the sums take. */
  static int length(Architecture architecture) {
    return SUMS * architecture.hidden().size();
  }

  void startStep(int step) {
    long sampled = Math.min(SAMPLED_STEPS, steps);
    isSampling = telemetry == Telemetry.ON && (step + 1) * sampled / steps > step * sampled / steps;
  }

  boolean isSampling() {
    return isSampling;
  }

  /** Keeps the moments of this rank's rows, before those of others come. */
  void keepOwn(int layer, double[] moments) {
    System.arraycopy(moments, 0, own[layer], 0, moments.length);
  }

  /** What was kept, to be folded with that of other ranks; valid until it is asked for again. */
  double[] copyOfOwn(int layer) {
    System.arraycopy(own[layer], 0, copies[layer], 0, own[layer].length);
    return copies[layer];
  }

  void compare(int layer, double[] momentsOfAll) {
    var batchNorm = (Architecture.BatchNormalized) hidden.get(layer).normalization();
    MomentsDrift.add(own[layer], momentsOfAll, batchNorm.epsilon(), totals, at + SUMS * layer);
  }

  /**
   * @param gradient of this rank's summed loss, flat
   * @param weight of its batch
   */
  void sampleGradient(float[] gradient, double weight) {
    if (!isSampling || weight == 0) {
      return;
    }
    for (int layer = 0; layer < own.length; layer++) {
      double squared = Norms.squared(gradient, start(layer), start(layer + 1));
      totals[at + SUMS * layer + GRADIENT] += squared / weight;
      totals[at + SUMS * layer + GRADIENT + 1] += weight;
    }
  }

  @Override
  public void beforeMean() {
    System.arraycopy(parameters, 0, beforeMean, 0, beforeMean.length);
  }

  @Override
  public void afterMean(double weight) {
    for (int layer = 0; layer < own.length; layer++) {
      squaredNorms[layer] = Norms.squared(parameters, start(layer), start(layer + 1));
      double squared =
          Norms.squaredDistance(beforeMean, parameters, start(layer), start(layer + 1));
      totals[at + SUMS * layer + DIVERGENCE] += weight * squared;
      totals[at + SUMS * layer + DIVERGENCE + 1] += weight;
    }
  }

  /** The figures of an epoch, once its totals are those of all ranks and it was evaluated. */
  List<LayerDrift> read(Evaluation evaluation) {
    List<LayerDrift> layers = new ArrayList<>();
    for (int layer = 0; layer < layout.layers().size() - 1; layer++) {
      layers.add(telemetry == Telemetry.ON ? read(layer, evaluation) : LayerDrift.UNKNOWN);
    }
    return List.copyOf(layers);
  }

  private LayerDrift read(int layer, Evaluation evaluation) {
    int sums = at + SUMS * layer;
    double rows = totals[sums + 2];
    double divergence = totals[sums + DIVERGENCE] / totals[sums + DIVERGENCE + 1];
    return new LayerDrift(
        Math.sqrt(totals[sums] / rows),
        Math.sqrt(totals[sums + 1] / rows),
        Math.sqrt(divergence / squaredNorms[layer]),
        Math.sqrt(totals[sums + GRADIENT] / totals[sums + GRADIENT + 1]),
        evaluation.deadUnits(layer));
  }

  private int start(int layer) {
    return layout.layers().get(layer).weights();
  }
}
