package io.syncnorm.dl4j.fused;

import io.syncnorm.dl4j.layer.LayerTrainee;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.train.Blueprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * Translates a chain of DL4J layers for the fused engine. The chain must have the form {@code [
 * dense, then normalization and activation in either order ]* -> dense with softmax}.
 */
public final class FusedReader {
  private final List<Layer> layers;
  private final List<Architecture.Hidden> hidden = new ArrayList<>();
  private final List<Offsets> offsets = new ArrayList<>();
  private final List<FusedNetwork.Statistics> statistics = new ArrayList<>();
  private final int world;
  private int at;
  private int place;

  /**
   * Start of a dense layer's and its normalization's parameters in DL4J's flat vector; -1 if
   * absent.
   */
  private record Offsets(int weights, int bias, int gamma) {}

  private FusedReader(MultiLayerConfiguration configuration, int world) {
    this.world = world;
    this.layers = configuration.getConfs().stream().map(conf -> conf.getLayer()).toList();
  }

  /**
   * Translates a network.
   *
   * @param world number of ranks, or 1 if the ranks that normalize together share one gradient
   * @throws NotFusedException if the network has another form
   */
  public static FusedNetwork read(MultiLayerConfiguration configuration, int world) {
    Optimizer.Rule updater = FusedRules.updater(configuration);
    return new FusedReader(configuration, world).read(updater);
  }

  private FusedNetwork read(Optimizer.Rule updater) {
    int inputs = layers.get(0) instanceof DenseLayer first ? Math.toIntExact(first.getNIn()) : 0;
    while (at < layers.size() - 1) {
      readHidden();
    }
    if (!(layers.get(at) instanceof OutputLayer output)
        || layers.get(at).getClass() != OutputLayer.class) {
      throw unsupported(layers.get(at));
    }
    FusedRules.requireSoftmaxCrossEntropy(output);
    inputs = inputs == 0 ? Math.toIntExact(output.getNIn()) : inputs;
    int classes = Math.toIntExact(output.getNOut());
    offsets.add(dense(output.getNIn(), classes, Architecture.Bias.TRAINED));
    Architecture architecture = new Architecture(inputs, hidden, classes);
    return new FusedNetwork(
        new Blueprint(architecture, updater, Blueprint.Updates.OF_WORLD, LayerTrainee.REMEDY),
        places(architecture),
        statistics);
  }

  private void readHidden() {
    if (!(layers.get(at) instanceof DenseLayer dense) || dense.getClass() != DenseLayer.class) {
      throw unsupported(layers.get(at));
    }
    if (dense.isHasLayerNorm()) {
      throw new NotFusedException(
          String.format(Locale.ROOT, "layer %d has layer normalization", at));
    }
    int out = Math.toIntExact(dense.getNOut());
    Activation activation = activation(dense.getActivationFn());
    Architecture.Bias bias = dense.isHasBias() ? Architecture.Bias.TRAINED : Architecture.Bias.NONE;
    Offsets weights = dense(dense.getNIn(), out, bias);
    at++;
    activation = readActivation(activation);
    if (!(layers.get(at) instanceof BatchNormalization norm)) {
      hidden.add(
          new Architecture.Hidden(
              out,
              bias,
              activation,
              new Architecture.None(),
              Architecture.Order.NORMALIZATION_FIRST));
      offsets.add(weights);
      return;
    }
    FusedRules.require(norm, at);
    boolean activationFirst = activation != Activation.IDENTITY;
    boolean biasIsFixed = !activationFirst && world == 1;
    int gamma = place;
    boolean logStd = norm.isUseLogStd();
    statistics.add(
        new FusedNetwork.Statistics(
            out,
            gamma + 2 * out,
            gamma + 3 * out,
            logStd ? FusedNetwork.Spread.LOG10_STD : FusedNetwork.Spread.VARIANCE,
            biasIsFixed ? weights.bias : FusedNetwork.NONE));
    place += 4 * out;
    at++;
    activation = activationFirst ? activation : readActivation(activation);
    hidden.add(
        new Architecture.Hidden(
            out,
            biasIsFixed ? Architecture.Bias.NONE : bias,
            activation,
            new Architecture.BatchNormalized(norm.getDecay(), norm.getEps()),
            activationFirst
                ? Architecture.Order.ACTIVATION_FIRST
                : Architecture.Order.NORMALIZATION_FIRST));
    offsets.add(new Offsets(weights.weights, weights.bias, gamma));
  }

  /** Reads an activation layer, if one follows; rejects a second activation. */
  private Activation readActivation(Activation before) {
    if (layers.get(at).getClass() != ActivationLayer.class) {
      return before;
    }
    if (before != Activation.IDENTITY) {
      throw new NotFusedException(
          String.format(Locale.ROOT, "layer %d is a second activation", at));
    }
    return activation(((ActivationLayer) layers.get(at++)).getActivationFn());
  }

  private Activation activation(IActivation function) {
    if (function instanceof ActivationIdentity) {
      return Activation.IDENTITY;
    }
    if (function instanceof ActivationReLU relu && relu.equals(new ActivationReLU())) {
      return Activation.RELU;
    }
    if (function instanceof ActivationTanH) {
      return Activation.TANH;
    }
    if (function instanceof ActivationSigmoid) {
      return Activation.SIGMOID;
    }
    throw new NotFusedException(
        String.format(
            Locale.ROOT,
            "layer %d has activation %s; the fused engine supports identity, relu, tanh and sigmoid",
            at,
            function));
  }

  private Offsets dense(long in, int out, Architecture.Bias bias) {
    int weights = place;
    int afterWeights = Math.addExact(weights, Math.toIntExact(in * out));
    boolean hasBias = bias == Architecture.Bias.TRAINED;
    place = afterWeights + (hasBias ? out : 0);
    return new Offsets(weights, hasBias ? afterWeights : FusedNetwork.NONE, FusedNetwork.NONE);
  }

  /** Maps parameters: DL4J stores weights in order f, the fused engine in order c. */
  private int[] places(Architecture architecture) {
    ParameterLayout layout = ParameterLayout.of(architecture);
    int[] places = new int[layout.parameterCount()];
    for (int i = 0; i < offsets.size(); i++) {
      ParameterLayout.Layer ours = layout.layers().get(i);
      Offsets theirs = offsets.get(i);
      for (int in = 0; in < ours.in(); in++) {
        for (int out = 0; out < ours.out(); out++) {
          places[ours.weights() + in * ours.out() + out] = theirs.weights + out * ours.in() + in;
        }
      }
      for (int out = 0; out < ours.out(); out++) {
        if (ours.hasBias()) {
          places[ours.bias() + out] = theirs.bias + out;
        }
        if (ours.normalized()) {
          places[ours.gamma() + out] = theirs.gamma + out;
          places[ours.shift() + out] = theirs.gamma + ours.out() + out;
        }
      }
    }
    return places;
  }

  private NotFusedException unsupported(Layer layer) {
    return new NotFusedException(
        String.format(Locale.ROOT, "layer %d is a %s", at, layer.getClass().getSimpleName()));
  }
}
