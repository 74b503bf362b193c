package io.syncnorm.keras;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.ParameterLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads the variables of a chain's layers into the fused engine's vectors. */
final class StateReader {
  private final KerasFile file;
  private final Chain chain;
  private final List<String> faults;
  private final NetworkState state;

  private StateReader(KerasFile file, Chain chain, List<String> faults) {
    this.file = file;
    this.chain = chain;
    this.faults = faults;
    // gamma, beta and biases that the file lacks keep their values
    this.state = NetworkState.initial(chain.architecture(), 0);
  }

  /**
   * @param faults to which variables that are missing or of another shape are added
   * @return incomplete if there are faults
   */
  static NetworkState read(KerasFile file, Chain chain, List<String> faults) throws IOException {
    StateReader reader = new StateReader(file, chain, faults);
    reader.read();
    return reader.state;
  }

  private void read() throws IOException {
    ParameterLayout layout = ParameterLayout.of(chain.architecture());
    List<Dimensions> dimensions = chain.architecture().dimensions();
    List<Layer> layers = new ArrayList<>(chain.architecture().layers());
    layers.add(chain.architecture().outputLayer());
    int weighted = 0;
    int normalized = 0;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      if (layer instanceof Layer.Weighted each) {
        LayerConfig config = chain.stored().get(weighted + normalized);
        read(config, layout.weights().get(weighted++), each, dimensions.get(i));
      } else if (layer instanceof Layer.BatchNormalization) {
        LayerConfig config = chain.stored().get(weighted + normalized);
        read(config, layout.normalizations().get(normalized++));
      }
    }
  }

  private void read(
      LayerConfig config, ParameterLayout.Weights place, Layer.Weighted layer, Dimensions input)
      throws IOException {
    int[] shape =
        layer instanceof Layer.Convolution convolution
            ? new int[] {
              convolution.window().height(),
              convolution.window().width(),
              input.channels(),
              place.out()
            }
            : new int[] {place.in(), place.out()};
    copy(config, 0, "kernel", shape, state.parameters(), place.weights());
    if (config.flag("use_bias", true)) {
      copy(config, 1, "bias", new int[] {place.out()}, state.parameters(), place.bias());
    }
  }

  private void read(LayerConfig config, ParameterLayout.Normalization place) throws IOException {
    int[] shape = {place.features()};
    int index = 0;
    if (config.flag("scale", true)) {
      copy(config, index++, "gamma", shape, state.parameters(), place.gamma());
    }
    if (config.flag("center", true)) {
      copy(config, index++, "beta", shape, state.parameters(), place.beta());
    }
    copy(config, index++, "moving_mean", shape, state.statistics(), place.running());
    int variance = place.running() + place.features();
    copy(config, index, "moving_variance", shape, state.statistics(), variance);
  }

  /** Compares shapes before values are read: a damaged file could claim any number of them. */
  private void copy(LayerConfig config, int index, String name, int[] shape, float[] into, int at)
      throws IOException {
    String path = file.pathOf(config, index, name);
    Optional<int[]> found = file.weights().shape(path);
    if (found.isEmpty() || !Arrays.equals(found.get(), shape)) {
      faults.add(
          "%s: its %s at %s has shape %s, expected %s"
              .formatted(
                  config,
                  name,
                  path,
                  found.map(Arrays::toString).orElse("none, as it is missing"),
                  Arrays.toString(shape)));
      return;
    }
    float[] values = file.weights().variable(path).values();
    System.arraycopy(values, 0, into, at, values.length);
  }
}
