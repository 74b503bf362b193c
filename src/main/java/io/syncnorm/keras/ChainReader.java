package io.syncnorm.keras;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.Layer.Bias;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Translates layers one by one, and notes those that cannot be translated. */
final class ChainReader {
  private static final String SUPPORTED =
      "expected one of Dense, Conv2D, BatchNormalization, Activation, ReLU, LeakyReLU, ELU, Softmax, MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D, Flatten, Dropout";

  private final InputReader input;
  private final boolean takesLogits;
  private final List<Layer> layers = new ArrayList<>();
  private final List<LayerConfig> stored = new ArrayList<>();
  private final Map<Integer, Double> penalties = new HashMap<>();
  private final List<String> remarks = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  /** Empty behind a layer that was not translated. */
  private Optional<Dimensions> dimensions;

  /** Dimensions of a row in Keras: 1 for a vector, 3 for an image. */
  private int rank;

  private boolean isSoftmax;

  private ChainReader(InputReader input, boolean takesLogits) {
    this.input = input;
    this.takesLogits = takesLogits;
    this.dimensions = Optional.of(input.dimensions());
    this.rank = input.sizes().size();
    if (input.isChannelsFirst() && input.dimensions().channels() > 1) {
      layers.add(new Layer.ChannelsLast());
    }
  }

  /**
   * Translates a model.
   *
   * @param takesLogits whether its loss applies softmax
   * @param faults to which what cannot be translated is added
   * @return empty if there is a fault
   */
  static Optional<Chain> read(
      List<LayerConfig> configs, InputReader input, boolean takesLogits, List<String> faults) {
    ChainReader reader = new ChainReader(input, takesLogits);
    configs.stream().filter(each -> each.number() > 0).forEach(reader::add);
    Optional<Chain> chain = Optional.empty();
    if (faults.isEmpty() && reader.faults.isEmpty()) {
      LayerConfig last = configs.get(configs.size() - 1);
      try {
        chain = Optional.of(reader.chain());
      } catch (IllegalArgumentException e) {
        reader.faults.add(last + ": " + e.getMessage());
      }
    }
    faults.addAll(reader.faults);
    return chain;
  }

  private void add(LayerConfig config) {
    try {
      if (isSoftmax) {
        throw new IllegalArgumentException("follows softmax, which must be the end");
      }
      SettingRules.require(config);
      translate(config);
    } catch (IllegalArgumentException e) {
      faults.add(config + ": " + e.getMessage());
      dimensions = Optional.empty();
    }
  }

  private void translate(LayerConfig config) {
    switch (config.type()) {
      case "Dense" -> dense(config);
      case "Conv2D", "Convolution2D" -> convolution(config);
      case "BatchNormalization" -> normalization(config);
      case "Activation" -> activation(config);
      case "ReLU" -> append(ActivationReader.relu(config));
      case "LeakyReLU" -> append(ActivationReader.leakyRelu(config));
      case "ELU" -> append(ActivationReader.elu(config));
      case "Softmax" -> softmax(config);
      case "MaxPooling2D", "MaxPool2D" -> {
        requireImage(config);
        append(new Layer.MaxPooling(WindowReader.of(config, "pool_size")));
      }
      case "AveragePooling2D", "AvgPool2D" -> {
        requireImage(config);
        append(
            new Layer.AveragePooling(
                WindowReader.of(config, "pool_size"),
                Layer.AveragePooling.Divisor.PIXELS_OF_IMAGE));
      }
      case "GlobalAveragePooling2D", "GlobalAvgPool2D" -> {
        requireImage(config);
        if (config.flag("keepdims", false)) {
          throw new IllegalArgumentException("keepdims=true is not supported");
        }
        append(new Layer.GlobalAveragePooling());
        rank = 1;
      }
      case "Flatten" -> flatten(config);
      case "Dropout" -> dropout(config);
      case "Rescaling" ->
          throw new IllegalArgumentException(
              "is not supported: SyncNorm divides pixels by 255 itself; remove this layer, if it does the same, and save the model again");
      default -> throw new IllegalArgumentException("is not supported: " + SUPPORTED);
    }
  }

  private void dense(LayerConfig config) {
    if (rank > 1 && dimensions.map(Dimensions::positions).orElse(1) > 1) {
      throw new IllegalArgumentException(
          "would be applied to each position of %s: put Flatten before it"
              .formatted(dimensions.orElseThrow()));
    }
    stored.add(config);
    penalize(config);
    append(new Layer.Dense(config.setting("units").asInt(), bias(config)));
    rank = 1;
    activation(config);
  }

  private void convolution(LayerConfig config) {
    requireImage(config);
    WindowReader.requireNoGroups(config);
    stored.add(config);
    penalize(config);
    append(
        new Layer.Convolution(
            config.setting("filters").asInt(),
            WindowReader.of(config, "kernel_size"),
            bias(config)));
    activation(config);
  }

  private static Bias bias(LayerConfig config) {
    return config.flag("use_bias", true) ? Bias.TRAINED : Bias.NONE;
  }

  /** Keras adds l2 times the squares to the loss, whose derivative is twice l2 times the weight. */
  private void penalize(LayerConfig config) {
    double l2 = SettingRules.l2(config);
    if (l2 > 0) {
      long index = layers.stream().filter(Layer.Weighted.class::isInstance).count();
      penalties.put(Math.toIntExact(index), 2 * l2);
    }
  }

  private void normalization(LayerConfig config) {
    if (dimensions.isPresent()) {
      SettingRules.requireAxis(config, input.isChannelsFirst() && rank == 3 ? 1 : rank, rank);
    }
    stored.add(config);
    for (String each : List.of("scale", "center")) {
      if (!config.flag(each, true)) {
        remarks.add(
            "%s has %s=False: it gets a %s of %s, which is trained"
                .formatted(
                    config,
                    each,
                    each.equals("scale") ? "gamma" : "beta",
                    each.equals("scale") ? "1" : "0"));
      }
    }
    append(
        new Layer.BatchNormalization(
            config.number("momentum", 0.99), config.number("epsilon", 1e-3)));
  }

  private void activation(LayerConfig config) {
    if (ActivationReader.name(config).equals(ActivationReader.SOFTMAX)) {
      softmax(config);
    } else {
      ActivationReader.ofSetting(config).ifPresent(this::append);
    }
  }

  private void softmax(LayerConfig config) {
    int axis = config.setting("axis").asInt(-1);
    if (axis != -1 && dimensions.isPresent() && axis != rank) {
      throw new IllegalArgumentException("axis=%s is not supported: expected -1".formatted(axis));
    }
    isSoftmax = true;
  }

  private void flatten(LayerConfig config) {
    if (rank == 3) {
      requireFormat(config);
      boolean isFirst = layers.stream().noneMatch(each -> !(each instanceof Layer.ChannelsLast));
      if (input.isChannelsFirst() && isFirst) {
        throw new IllegalArgumentException(
            "data_format=channels_first is not supported before the first convolution");
      }
    }
    if (rank > 1) {
      append(new Layer.Flatten());
      rank = 1;
    }
  }

  private void dropout(LayerConfig config) {
    if (config.isSet("noise_shape")) {
      throw new IllegalArgumentException(
          "noise_shape=%s is not supported".formatted(config.setting("noise_shape")));
    }
    double rate = config.number("rate", 0);
    if (rate > 0) {
      append(new Layer.Dropout(rate));
    }
  }

  private void requireImage(LayerConfig config) {
    if (dimensions.isPresent() && rank != 3) {
      throw new IllegalArgumentException("takes images, and its input is none");
    }
    requireFormat(config);
  }

  private void requireFormat(LayerConfig config) {
    String expected = input.isChannelsFirst() ? "channels_first" : "channels_last";
    String found = config.text("data_format", expected);
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "data_format=%s in a network of %s is not supported".formatted(found, expected));
    }
  }

  private void append(Layer layer) {
    dimensions = dimensions.map(layer::output);
    layers.add(layer);
  }

  /** The last dense layer is the output layer, with softmax in it, behind it, or in the loss. */
  private Chain chain() {
    int end = layers.size() - 1;
    if (end < 0 || !(layers.get(end) instanceof Layer.Dense output)) {
      throw new IllegalArgumentException(
          "ends the model: expected Dense with softmax, or without activation if the loss has from_logits=True");
    }
    if (isSoftmax == takesLogits) {
      throw new IllegalArgumentException(
          takesLogits
              ? "its loss expects logits (from_logits=True), but it ends with softmax: expected linear"
              : "ends the model without softmax: expected softmax, or a loss with from_logits=True");
    }
    if (output.bias() == Bias.NONE) {
      remarks.add("the output layer has use_bias=False: it gets a bias of 0, which is trained");
    }
    return new Chain(
        new Architecture(input.dimensions(), layers.subList(0, end), output.width()),
        List.copyOf(stored),
        Map.copyOf(penalties),
        List.copyOf(remarks));
  }
}
