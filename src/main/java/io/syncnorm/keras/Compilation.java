package io.syncnorm.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * What a model was compiled with.
 *
 * @param takesLogits whether the loss applies softmax itself
 */
record Compilation(boolean takesLogits, KerasOptimizer optimizer) {
  private static final String REMEDY = "; compile it without this setting and save it again";
  private static final Set<String> MEANS =
      Set.of("auto", "mean", "mean_with_sample_weight", "sum_over_batch_size");

  /** Optimizer settings that change training and cannot be followed. */
  private static final List<String> REFUSED =
      List.of(
          "amsgrad",
          "centered",
          "clipnorm",
          "clipvalue",
          "decay",
          "global_clipnorm",
          "gradient_accumulation_steps",
          "loss_scale_factor",
          "use_ema");

  /**
   * @param node with {@code loss}, {@code loss_weights} and {@code optimizer}
   * @throws IllegalArgumentException if a part of it is not supported; the message names it
   */
  static Compilation of(JsonNode node) {
    boolean takesLogits = takesLogits(node.path("loss"));
    if (!node.path("loss_weights").isNull() && !node.path("loss_weights").isMissingNode()) {
      throw new IllegalArgumentException(
          "it has loss_weights=%s%s".formatted(node.path("loss_weights"), REMEDY));
    }
    return new Compilation(takesLogits, optimizer(node.path("optimizer")));
  }

  private static boolean takesLogits(JsonNode loss) {
    boolean isObject = loss.isObject() && loss.has("class_name");
    if (!isObject && loss.isContainerNode() && loss.size() == 1) { // a list, or by output
      return takesLogits(loss.elements().next());
    }
    String name = loss.isTextual() || isObject ? LayerConfig.nameOf(loss) : loss.toString();
    String type = LayerConfig.snakeCase(name);
    if (!type.equals("categorical_crossentropy")
        && !type.equals("sparse_categorical_crossentropy")) {
      throw new IllegalArgumentException(
          "its loss is %s: expected categorical_crossentropy or sparse_categorical_crossentropy"
              .formatted(name));
    }
    JsonNode config = loss.path("config");
    refuse(config.path("label_smoothing").asDouble() != 0, name, config, "label_smoothing");
    refuse(config.hasNonNull("ignore_class"), name, config, "ignore_class");
    refuse(config.path("axis").asInt(-1) != -1, name, config, "axis");
    refuse(!MEANS.contains(config.path("reduction").asText("auto")), name, config, "reduction");
    return config.path("from_logits").asBoolean(false);
  }

  private static void refuse(boolean isRefused, String name, JsonNode config, String setting) {
    if (isRefused) {
      throw new IllegalArgumentException(
          "its loss %s has %s=%s%s".formatted(name, setting, config.path(setting), REMEDY));
    }
  }

  private static KerasOptimizer optimizer(JsonNode node) {
    String type = node.path("class_name").asText().replaceFirst(".*>", "");
    JsonNode config = node.path("config");
    KerasOptimizer.Kind kind =
        switch (type) {
          case "Adam", "AdamW" -> KerasOptimizer.Kind.ADAM;
          case "SGD" -> KerasOptimizer.Kind.SGD;
          case "RMSprop" -> KerasOptimizer.Kind.RMSPROP;
          default ->
              throw new IllegalArgumentException(
                  "its optimizer is %s: expected one of Adam, AdamW, RMSprop, SGD"
                      .formatted(type.isEmpty() ? node : type));
        };
    JsonNode rate = config.path("learning_rate");
    if (!rate.isNumber()) {
      throw new IllegalArgumentException(
          "the learning rate of its optimizer %s is %s: expected a number; compile it with a number and save it again"
              .formatted(type, rate.isObject() ? LayerConfig.nameOf(rate) : rate));
    }
    for (String setting : REFUSED) {
      JsonNode value = config.path(setting);
      if (value.asBoolean(false) || value.asDouble() != 0) {
        throw new IllegalArgumentException(
            "its optimizer %s has %s=%s%s".formatted(type, setting, value, REMEDY));
      }
    }
    double momentum = config.path("momentum").asDouble();
    if (kind == KerasOptimizer.Kind.RMSPROP && momentum != 0) {
      throw new IllegalArgumentException(
          "its optimizer %s has momentum=%s%s".formatted(type, momentum, REMEDY));
    }
    KerasOptimizer defaults = KerasOptimizer.DEFAULT;
    boolean isAdam = kind == KerasOptimizer.Kind.ADAM;
    return new KerasOptimizer(
        kind,
        rate.asDouble(),
        momentum,
        config.path("nesterov").asBoolean(),
        config.path("beta_1").asDouble(defaults.beta1()),
        isAdam
            ? config.path("beta_2").asDouble(defaults.beta2())
            : config.path("rho").asDouble(0.9),
        config.path("epsilon").asDouble(defaults.epsilon()),
        config.path("weight_decay").asDouble());
  }
}
