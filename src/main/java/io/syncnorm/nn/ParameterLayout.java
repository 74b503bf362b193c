package io.syncnorm.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The offsets of each layer's parameters in the flat vector, in the order of the layers:
 *
 * <pre>
 * a layer, those it has weights [in, out] | bias [out] | gamma [out] | beta [out]
 * running statistics (a vector of their own), per normalized layer   mean [out] | variance [out]
 * </pre>
 */
public final class ParameterLayout {
  /**
   * One dense layer and what follows it.
   *
   * @param weights offset of the row-major {@code [in, out]} weights
   * @param shift offset of the bias or, if {@code normalized}, of beta; -1 if there is neither
   * @param gamma offset of gamma; -1 unless {@code normalized}
   * @param running offset of running mean, then variance, in the statistics vector; -1 unless
   *     {@code normalized}
   * @param bias offset of the dense layer's bias; -1 if it has none
   */
  public record Layer(
      int in,
      int out,
      boolean normalized,
      int weights,
      int gamma,
      int shift,
      int running,
      int bias) {
    public boolean hasBias() {
      return bias >= 0;
    }
  }

  private final List<Layer> layers;
  private final int parameters;
  private final int statistics;

  private ParameterLayout(List<Layer> layers, int parameters, int statistics) {
    this.layers = layers;
    this.parameters = parameters;
    this.statistics = statistics;
  }

  public static ParameterLayout of(Architecture architecture) {
    List<Layer> layers = new ArrayList<>();
    long parameters = 0;
    int statistics = 0;
    List<Architecture.Hidden> hidden = architecture.hidden();
    int in = architecture.inputs();
    for (int i = 0; i <= hidden.size(); i++) {
      boolean isOutput = i == hidden.size();
      int out = isOutput ? architecture.classes() : hidden.get(i).width();
      boolean normalized = !isOutput && hidden.get(i).isNormalized();
      boolean hasBias = isOutput || hidden.get(i).hasBias();
      long vectors = (hasBias ? 1L : 0L) + (normalized ? 2L : 0L);
      long next = parameters + (long) in * out + vectors * out;
      if (next > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the network has too many parameters for one vector: expected parameters<=%2$d, found at least %1$d; make hidden layers narrower",
                next,
                Integer.MAX_VALUE - 8));
      }
      int afterWeights = (int) (parameters + (long) in * out);
      int afterBias = afterWeights + (hasBias ? out : 0);
      layers.add(
          new Layer(
              in,
              out,
              normalized,
              (int) parameters,
              normalized ? afterBias : -1,
              normalized ? afterBias + out : hasBias ? afterWeights : -1,
              normalized ? statistics : -1,
              hasBias ? afterWeights : -1));
      parameters = next;
      statistics += normalized ? 2 * out : 0;
      in = out;
    }
    return new ParameterLayout(List.copyOf(layers), (int) parameters, statistics);
  }

  /** Hidden layers in order, then the output layer. */
  public List<Layer> layers() {
    return layers;
  }

  /** Number of trainable parameters. */
  public int parameterCount() {
    return parameters;
  }

  /** Length of the vector of running statistics. */
  public int statisticsCount() {
    return statistics;
  }
}
