package io.syncnorm.train.telemetry;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Moments;
import io.syncnorm.nn.MomentsDrift;
import io.syncnorm.nn.ParameterLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures how far the ranks drift from each other, layer by layer, in sums that are exchanged with
 * the epoch's totals. Costly figures are sampled at a few steps, spread evenly over the epoch, the
 * same on all ranks. It allocates only at construction and does not change the training.
 */
public final class DriftTelemetry implements MergeObserver {
  /** Number of steps sampled in an epoch, or all of them if there are fewer. */
  public static final int SAMPLED_STEPS = 8;

  // Offsets of a layer's sums: those of MomentsDrift, then
  private static final int GRADIENT = MomentsDrift.LENGTH; // square times weight, weight
  private static final int DIVERGENCE = GRADIENT + 2; // square times weight, weight
  static final int SUMS = DIVERGENCE + 2;

  private final boolean isOn;

  /** Number of hidden layers with weights. */
  private final int hidden;

  private final List<Layer.BatchNormalization> normalizations;

  /** The hidden layer that shows the drift of each normalization; -1 for none. */
  private final int[] shownIn;

  /** Offsets of the parameters of each hidden layer and of the output layer. */
  private final int[] starts;

  private final float[] parameters;
  private final int steps;
  private final EpochTotals totals;

  private final double[][] own;
  private final double[][] copies;
  private final float[] beforeMean;
  private final double[] squaredNorms;
  private boolean isSampling;

  /**
   * @param isOn whether anything is measured
   * @param architecture of the network; empty if its layers cannot be inspected
   * @param parameters the live parameters
   * @param scratch as long as the parameters, written when they are averaged
   * @param steps number of steps in an epoch
   */
  public DriftTelemetry(
      boolean isOn,
      Optional<Architecture> architecture,
      float[] parameters,
      float[] scratch,
      int steps,
      EpochTotals totals) {
    this.isOn = isOn && architecture.isPresent();
    this.hidden = architecture.map(each -> each.widths().size()).orElse(0);
    this.normalizations = architecture.map(Architecture::normalizations).orElse(List.of());
    this.shownIn = architecture.map(DriftTelemetry::shownIn).orElse(new int[0]);
    this.starts =
        architecture.stream()
            .flatMap(each -> ParameterLayout.of(each).weights().stream())
            .mapToInt(ParameterLayout.Weights::weights)
            .toArray();
    this.parameters = parameters;
    this.steps = steps;
    this.totals = totals;
    this.own =
        architecture.stream()
            .flatMap(each -> ParameterLayout.of(each).normalizations().stream())
            .map(each -> new double[this.isOn ? Moments.packedLength(each.features()) : 0])
            .toArray(double[][]::new);
    this.copies = Arrays.stream(own).map(double[]::clone).toArray(double[][]::new);
    this.beforeMean = scratch;
    this.squaredNorms = new double[this.isOn ? hidden : 0];
  }

  /** A hidden layer shows the drift of the first normalization after it. */
  private static int[] shownIn(Architecture architecture) {
    List<Integer> follows = architecture.normalizedLayers();
    return IntStream.range(0, follows.size())
        .map(i -> follows.indexOf(follows.get(i)) == i ? follows.get(i) : -1)
        .toArray();
  }

  public void startStep(int step) {
    long sampled = Math.min(SAMPLED_STEPS, steps);
    isSampling = isOn && (step + 1) * sampled / steps > step * sampled / steps;
  }

  public boolean isSampling() {
    return isSampling;
  }

  /** Keeps the moments of this rank's rows, before they are folded with those of other ranks. */
  public void keepOwn(int layer, double[] moments) {
    System.arraycopy(moments, 0, own[layer], 0, moments.length);
  }

  /** A copy of the kept moments, to fold with those of other ranks; valid until the next call. */
  public double[] copyOfOwn(int layer) {
    System.arraycopy(own[layer], 0, copies[layer], 0, own[layer].length);
    return copies[layer];
  }

  public void compare(int layer, double[] momentsOfAll) {
    if (shownIn[layer] >= 0) {
      double epsilon = normalizations.get(layer).epsilon();
      int at = totals.driftAt(shownIn[layer]);
      MomentsDrift.add(own[layer], momentsOfAll, epsilon, totals.sums(), at);
    }
  }

  /**
   * @param gradient gradient of this rank's summed loss, flat
   * @param weight weight of its batch
   */
  public void sampleGradient(float[] gradient, double weight) {
    if (!isSampling || weight == 0) {
      return;
    }
    for (int layer = 0; layer < squaredNorms.length; layer++) {
      double squared = squared(gradient, starts[layer], starts[layer + 1]);
      int at = totals.driftAt(layer) + GRADIENT;
      totals.sums()[at] += squared / weight;
      totals.sums()[at + 1] += weight;
    }
  }

  @Override
  public void beforeMean() {
    if (isOn) {
      System.arraycopy(parameters, 0, beforeMean, 0, parameters.length);
    }
  }

  @Override
  public void afterMean(double weight) {
    for (int layer = 0; layer < squaredNorms.length; layer++) {
      squaredNorms[layer] = squared(parameters, starts[layer], starts[layer + 1]);
      double squared = squaredDistance(beforeMean, parameters, starts[layer], starts[layer + 1]);
      int at = totals.driftAt(layer) + DIVERGENCE;
      totals.sums()[at] += weight * squared;
      totals.sums()[at + 1] += weight;
    }
  }

  /**
   * The figures of an epoch, after its totals were summed over all ranks and the model was
   * evaluated.
   *
   * @param deadUnits units of a hidden layer that are zero for every test row
   */
  public List<LayerDrift> read(IntToDoubleFunction deadUnits) {
    List<LayerDrift> layers = new ArrayList<>();
    for (int layer = 0; layer < hidden; layer++) {
      layers.add(isOn ? read(layer, deadUnits) : LayerDrift.UNKNOWN);
    }
    return List.copyOf(layers);
  }

  private LayerDrift read(int layer, IntToDoubleFunction deadUnits) {
    double[] sums = totals.sums();
    int at = totals.driftAt(layer);
    double rows = sums[at + 2];
    double divergence = sums[at + DIVERGENCE] / sums[at + DIVERGENCE + 1];
    return new LayerDrift(
        Math.sqrt(sums[at] / rows),
        Math.sqrt(sums[at + 1] / rows),
        Math.sqrt(divergence / squaredNorms[layer]),
        Math.sqrt(sums[at + GRADIENT] / sums[at + GRADIENT + 1]),
        deadUnits.applyAsDouble(layer));
  }

  /**
   * Sum of squares, in double. It keeps four sums, because additions to a single one would wait for
   * each other.
   */
  private static double squared(float[] vector, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 3 < to; i += 4) {
      a += (double) vector[i] * vector[i];
      b += (double) vector[i + 1] * vector[i + 1];
      c += (double) vector[i + 2] * vector[i + 2];
      d += (double) vector[i + 3] * vector[i + 3];
    }
    for (; i < to; i++) {
      a += (double) vector[i] * vector[i];
    }
    return a + b + (c + d);
  }

  /** Sum of squares of the difference of two vectors, which overwrites {@code first}. */
  private static double squaredDistance(float[] first, float[] second, int from, int to) {
    for (int i = from; i < to; i++) {
      first[i] -= second[i];
    }
    return squared(first, from, to);
  }
}
