package io.syncnorm.dl4j.layer;

import io.syncnorm.nn.RankReduction;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's batch normalization layer with the statistics of all ranks. Parameters and formulas are
 * DL4J's, and so are the results with one rank.
 *
 * <p>Input is {@code [rows, features]}, {@code [rows, features, time]}, {@code [rows, channels,
 * height, width]} or {@code [rows, height, width, channels]}, and {@code [rows, channels, depth,
 * height, width]}; statistics are per feature or channel, over all other dimensions. DL4J's own
 * layer rejects 5 dimensions, and with 3 dimensions it cannot train and confuses features with
 * rows. As in DL4J, masks have no effect.
 *
 * <p>A layer is used by its network's thread only. {@link SynchronizedLayers} connects it with
 * other ranks; otherwise it normalizes with its own rows.
 */
public final class SyncBatchNormalizationLayer extends BatchNormalization {
  private transient GlobalNormalization normalization;
  private transient RankReduction reduction = RankReduction.NONE;
  private transient int place;

  public SyncBatchNormalizationLayer(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  /**
   * Connects the layer with other ranks.
   *
   * @param atPlace index of this layer among the synchronized layers of its network, from 0
   */
  void synchronize(int atPlace, RankReduction with) {
    place = atPlace;
    reduction = with;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    INDArray x = input.castTo(dataType);
    char order = FeatureLayout.orderOf(x);
    FeatureLayout layout = FeatureLayout.of(x, featureAxis(x), order);
    INDArray y =
        workspaceMgr.createUninitialized(ArrayType.ACTIVATIONS, dataType, x.shape(), order);
    ArrayValues.write(training ? train(x, layout) : infer(x, layout), order, y);
    return y;
  }

  @Override
  public INDArray preOutput(INDArray x, TrainingMode training, LayerWorkspaceMgr workspaceMgr) {
    setInput(x, workspaceMgr);
    return activate(training == TrainingMode.TRAIN, workspaceMgr);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    FeatureLayout layout = normalization().layout();
    if (layout == null) {
      throw new IllegalStateException(
          "synchronized batch normalization needs a forward pass in training mode before a backward pass: "
              + layerId()
              + "; if it was frozen after SyncBatchNorm.convert, convert the network again");
    }
    INDArray dy = epsilon.castTo(dataType);
    ArrayValues.read(dy, layout.order(), normalization.outputGradient());
    double[] sums = normalization.sum();
    Gradient gradient = new DefaultGradient();
    if (!layerConf().isLockGammaBeta()) {
      int features = layout.features();
      put(gradient, BatchNormalizationParamInitializer.GAMMA, sums, features, 2 * features);
      put(gradient, BatchNormalizationParamInitializer.BETA, sums, 0, features);
    }
    double[] values = normalization.inputGradient(gamma(), place, reduction);
    INDArray dx =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD, dataType, epsilon.shape(), layout.order());
    ArrayValues.write(values, layout.order(), dx);
    putStatisticsUpdate(gradient);
    return new Pair<>(gradient, dx);
  }

  /** Takes part in the other ranks' forward pass without rows. */
  void forwardWithoutRows() {
    normalization().forwardWithoutRows(place, reduction);
  }

  /** Takes part in the other ranks' backward pass without rows. */
  void backwardWithoutRows() {
    normalization().backwardWithoutRows(place, reduction);
  }

  /**
   * Updates the running statistics after a step without rows, with the statistics of the other
   * ranks.
   */
  void moveWithoutRows() {
    if (normalization.count() > 0) {
      running().move(normalization);
    }
  }

  /**
   * Returns a hash of the running statistics, or 0 with gradient normalization: DL4J applies that
   * to their changes too, so they differ between ranks.
   */
  int statisticsHash() {
    GradientNormalization normalization = layerConf().getGradientNormalization();
    if (normalization != null && normalization != GradientNormalization.None) {
      return 0;
    }
    return 31 * Arrays.hashCode(running().mean()) + Arrays.hashCode(running().biasedVariance());
  }

  /** Returns the indices of the running statistics in the network's flat parameters. */
  IntStream statisticsAt(INDArray flat) {
    return Stream.of(RunningStatistics.meanKey(), running().spreadKey())
        .map(params::get)
        .flatMapToInt(
            view -> {
              int from = Math.toIntExact(view.offset() - flat.offset());
              return IntStream.range(from, from + Math.toIntExact(view.length()));
            });
  }

  private double[] train(INDArray x, FeatureLayout layout) {
    ArrayValues.read(x, layout.order(), normalization().input(layout));
    normalization.normalize(place, reduction);
    return normalization.scaled(
        isUnscaled() ? filled(1) : gamma(), isUnscaled() ? filled(0) : beta());
  }

  private double[] infer(INDArray x, FeatureLayout layout) {
    double[] factor = isUnscaled() ? filled(1) : gamma();
    double[] offset = isUnscaled() ? filled(0) : beta();
    double[] mean = running().mean();
    double[] biasedVariance = running().biasedVariance();
    for (int f = 0; f < factor.length; f++) {
      factor[f] /= Math.sqrt(biasedVariance[f] + layerConf().getEps());
      offset[f] -= factor[f] * mean[f];
    }
    double[] values = new double[layout.length()];
    ArrayValues.read(x, layout.order(), values);
    FeatureLoops.affine(values, layout, factor, offset, values);
    return values;
  }

  private void putStatisticsUpdate(Gradient gradient) {
    RunningStatistics running = running();
    INDArray mean = gradientViews.get(RunningStatistics.meanKey());
    running.meanUpdate(normalization, mean);
    gradient.setGradientFor(RunningStatistics.meanKey(), mean);
    INDArray spread = gradientViews.get(running.spreadKey());
    running.spreadUpdate(normalization, spread);
    gradient.setGradientFor(running.spreadKey(), spread);
  }

  private void put(Gradient gradient, String key, double[] values, int from, int to) {
    INDArray view = gradientViews.get(key);
    ArrayValues.write(Arrays.copyOfRange(values, from, to), 'c', view);
    gradient.setGradientFor(key, view);
  }

  private int featureAxis(INDArray x) {
    int axis = x.rank() == 4 && layerConf().getCnn2DFormat() == CNN2DFormat.NHWC ? 3 : 1;
    if (x.rank() < 2 || x.rank() > 5 || x.size(axis) != layerConf().getNOut()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "batch normalization expects 2 to 5 dimensions with features=%d in dimension=%d, found shape=%s %s",
              layerConf().getNOut(),
              axis,
              Arrays.toString(x.shape()),
              layerId()));
    }
    return axis;
  }

  /**
   * Returns whether y is xhat itself. DL4J applies locked values only if both differ from 1 and 0,
   * but its gradient always applies gamma. This layer does the same, so that converting a network
   * changes no result.
   */
  private boolean isUnscaled() {
    return layerConf().isLockGammaBeta()
        && (layerConf().getGamma() == 1 || layerConf().getBeta() == 0);
  }

  private double[] gamma() {
    return layerConf().isLockGammaBeta()
        ? filled(layerConf().getGamma())
        : ArrayValues.vector(params.get(BatchNormalizationParamInitializer.GAMMA));
  }

  private double[] beta() {
    return layerConf().isLockGammaBeta()
        ? filled(layerConf().getBeta())
        : ArrayValues.vector(params.get(BatchNormalizationParamInitializer.BETA));
  }

  private double[] filled(double value) {
    double[] values = new double[Math.toIntExact(layerConf().getNOut())];
    Arrays.fill(values, value);
    return values;
  }

  private RunningStatistics running() {
    return new RunningStatistics(layerConf(), params);
  }

  private GlobalNormalization normalization() {
    if (normalization == null) {
      normalization =
          new GlobalNormalization(Math.toIntExact(layerConf().getNOut()), layerConf().getEps());
    }
    return normalization;
  }
}
