package io.syncnorm.dl4j.fused;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.nn.Layer.Bias;
import io.syncnorm.nn.Layer.ChannelsLast;
import io.syncnorm.nn.Layer.Convolution;
import io.syncnorm.nn.Layer.Dense;
import io.syncnorm.nn.Layer.Dropout;
import io.syncnorm.nn.Layer.Flatten;
import io.syncnorm.nn.Layer.GlobalAveragePooling;
import io.syncnorm.nn.Layer.Weighted;
import io.syncnorm.nn.Window;
import io.syncnorm.nn.optimizer.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;

/**
 * Translates a chain of DL4J layers for the fused engine: dense layers and convolutions, each with
 * an activation and a dropout of its inputs; pooling, normalization, activation and dropout as
 * layers of their own; at the end softmax with cross-entropy.
 *
 * <p>The fused engine has images with channels last. A network whose images have channels first
 * (NCHW, DL4J's default) begins with {@link ChannelsLast} if there are several channels, and where
 * it flattens images, the parameters that follow are reordered, not the values.
 */
public final class FusedReader {
  private final MultiLayerConfiguration configuration;
  private final List<Layer> layers;
  private final List<io.syncnorm.nn.Layer> hidden = new ArrayList<>();
  private final List<FusedChain.Weights> weights = new ArrayList<>();
  private final List<FusedChain.Normalization> normalizations = new ArrayList<>();
  private final List<Integer> strict = new ArrayList<>();
  private final FusedInput input;
  private final int world;
  private int at;
  private int place;
  private boolean isImage;

  /** As {@link FusedChain.Weights#flattened}. */
  private int flattened = FusedNetwork.NONE;

  private FusedReader(MultiLayerConfiguration configuration, int world) {
    this.configuration = configuration;
    this.world = world;
    this.layers = configuration.getConfs().stream().map(NeuralNetConfiguration::getLayer).toList();
    this.input = FusedInput.of(configuration);
    this.isImage = input.isImage();
  }

  /**
   * Returns the world for {@link #read}: 1 where the ranks that normalize together also share one
   * gradient, so that a bias before normalization has no gradient.
   *
   * @param world number of ranks
   */
  public static int ranksBesideNormalization(Configuration run, int world) {
    boolean isOfAll = run.get(Keys.AVERAGING_MERGE) == Keys.Merge.GRADIENTS;
    return isOfAll || run.get(Keys.BATCH_NORM_SYNC).ranksOf(world) == 1 ? 1 : world;
  }

  /**
   * Returns the form of the feature arrays that a network takes.
   *
   * @throws NotFusedException if its first preprocessor is not supported
   */
  public static RowForm form(MultiLayerConfiguration configuration) {
    return FusedInput.of(configuration).form();
  }

  /**
   * Translates a network.
   *
   * @param world number of ranks, or 1 if the ranks that normalize together share one gradient
   * @throws NotFusedException if the fused engine cannot train it
   */
  public static FusedChain read(MultiLayerConfiguration configuration, int world) {
    Optimizer.Rule updater = FusedRules.updater(configuration);
    return new FusedReader(configuration, world).read(updater);
  }

  private FusedChain read(Optimizer.Rule updater) {
    if (input.form().order() == RowForm.Order.CHANNELS_FIRST && !input.hasOneChannel()) {
      hidden.add(new ChannelsLast());
    }
    int output = FusedOutput.at(layers);
    for (at = 0; at < output; at++) {
      preprocess();
      readHidden(layers.get(at));
    }
    preprocess();
    FeedForwardLayer last = (FeedForwardLayer) layers.get(output);
    dropInputs(last);
    int classes = Math.toIntExact(last.getNOut());
    addDense(last.getNIn(), classes, Bias.TRAINED);
    List<BaseLayer> weighted =
        weights.stream().map(each -> (BaseLayer) layers.get(each.layer())).toList();
    return new FusedChain(
        input.form(), hidden, classes, weights, normalizations, strict, updater, weighted);
  }

  private void readHidden(Layer layer) {
    Class<?> type = layer.getClass();
    if (type == DenseLayer.class) {
      readDense((DenseLayer) layer);
    } else if (type == ConvolutionLayer.class || type == Convolution2D.class) {
      readConvolution((ConvolutionLayer) layer);
    } else if (layer instanceof BatchNormalization normalization) {
      readNormalization(normalization);
    } else if (type == SubsamplingLayer.class || type == Pooling2D.class) {
      SubsamplingLayer pooling = (SubsamplingLayer) layer;
      requireImage(pooling.getCnn2dDataFormat());
      addWindow(FusedWindows.pooling(layers, at), pooling.getConvolutionMode());
    } else if (type == ZeroPaddingLayer.class) {
      requireImage(((ZeroPaddingLayer) layer).getDataFormat());
      FusedWindows.requirePadding(layers, at);
    } else if (type == GlobalPoolingLayer.class) {
      FusedRules.require((GlobalPoolingLayer) layer, input.format(), at);
      requireImage(input.format());
      hidden.add(new GlobalAveragePooling());
      isImage = false;
      flattened = FusedNetwork.NONE;
    } else if (type == ActivationLayer.class) {
      FusedActivations.of(((ActivationLayer) layer).getActivationFn(), at).ifPresent(hidden::add);
    } else if (type == DropoutLayer.class) {
      dropInputs(layer);
    } else {
      throw new NotFusedException(
          String.format(Locale.ROOT, "layer %d is a %s", at, type.getSimpleName()));
    }
  }

  private void readDense(DenseLayer layer) {
    FusedRules.refuse(
        layer.hasLayerNorm(), String.format(Locale.ROOT, "layer %d has layer normalization", at));
    dropInputs(layer);
    Bias bias = layer.hasBias() ? Bias.TRAINED : Bias.NONE;
    int out = Math.toIntExact(layer.getNOut());
    addDense(layer.getNIn(), out, bias);
    hidden.add(new Dense(out, bias));
    FusedActivations.of(layer.getActivationFn(), at).ifPresent(hidden::add);
  }

  /** DL4J stores weights in order f: {@code [out, in]} in order c; then the bias. */
  private void addDense(long in, int out, Bias bias) {
    FusedRules.refuse(
        isImage, String.format(Locale.ROOT, "layer %d takes images without flattening them", at));
    int start = place;
    int afterWeights = Math.addExact(start, Math.toIntExact(in * out));
    boolean hasBias = bias == Bias.TRAINED;
    place = afterWeights + (hasBias ? out : 0);
    weights.add(
        new FusedChain.Weights(
            at,
            start,
            hasBias ? afterWeights : FusedNetwork.NONE,
            1,
            Math.toIntExact(in),
            flattened));
    flattened = FusedNetwork.NONE;
  }

  /** DL4J stores the bias, then weights {@code [out, in, height, width]}, in both formats. */
  private void readConvolution(ConvolutionLayer layer) {
    requireImage(layer.getCnn2dDataFormat());
    dropInputs(layer);
    Window window = FusedWindows.ofConvolution(layers, at);
    int in = Math.toIntExact(layer.getNIn());
    int out = Math.toIntExact(layer.getNOut());
    int start = place + (layer.hasBias() ? out : 0);
    weights.add(
        new FusedChain.Weights(
            at,
            start,
            layer.hasBias() ? place : FusedNetwork.NONE,
            window.positions(),
            in,
            FusedNetwork.NONE));
    place = Math.addExact(start, Math.toIntExact((long) window.positions() * in * out));
    addWindow(
        new Convolution(out, window, layer.hasBias() ? Bias.TRAINED : Bias.NONE),
        layer.getConvolutionMode());
    FusedActivations.of(layer.getActivationFn(), at).ifPresent(hidden::add);
  }

  private void addWindow(io.syncnorm.nn.Layer layer, ConvolutionMode mode) {
    if (mode == ConvolutionMode.Strict) {
      strict.add(hidden.size());
    }
    hidden.add(layer);
  }

  private void readNormalization(BatchNormalization layer) {
    FusedRules.require(layer, at);
    if (isImage) {
      requireImage(layer.getCnn2DFormat());
    }
    int features = Math.toIntExact(layer.getNOut());
    normalizations.add(
        new FusedChain.Normalization(
            at,
            features,
            place,
            layer.isUseLogStd() ? FusedNetwork.Spread.LOG10_STD : FusedNetwork.Spread.VARIANCE,
            flattened,
            fixBias()));
    place += 4 * features;
    hidden.add(new io.syncnorm.nn.Layer.BatchNormalization(layer.getDecay(), layer.getEps()));
  }

  /**
   * Removes the bias of the layer before a normalization, if its gradient is zero.
   *
   * @return its place; {@link FusedNetwork#NONE} if there is none
   */
  private int fixBias() {
    int last = hidden.size() - 1;
    if (world > 1
        || last < 0
        || !(hidden.get(last) instanceof Weighted before)
        || before.bias() == Bias.NONE) {
      return FusedNetwork.NONE;
    }
    hidden.set(
        last,
        before instanceof Convolution convolution
            ? new Convolution(convolution.width(), convolution.window(), Bias.NONE)
            : new Dense(before.width(), Bias.NONE));
    return weights.get(weights.size() - 1).bias();
  }

  /** Only some of DL4J's layers apply their dropout. */
  private void dropInputs(Layer layer) {
    double rate = FusedRules.dropout(layer, at);
    if (rate > 0) {
      hidden.add(new Dropout(rate));
    }
  }

  private void preprocess() {
    InputPreProcessor before = configuration.getInputPreProcess(at);
    if (at == 0 || before == null) {
      return; // the first one is part of the input
    }
    if (!FusedInput.flattens(before, input.format(), isImage, at)) {
      return;
    }
    flattened =
        input.format() == CNN2DFormat.NCHW && !FusedInput.reordersChannels(before)
            ? hidden.size()
            : FusedNetwork.NONE;
    hidden.add(new Flatten());
    isImage = false;
  }

  private void requireImage(CNN2DFormat format) {
    FusedRules.refuse(
        !isImage, String.format(Locale.ROOT, "layer %d takes images, and its input is none", at));
    FusedRules.refuse(
        format != input.format(),
        String.format(
            Locale.ROOT, "layer %d has format=%s after format=%s", at, format, input.format()));
  }
}
