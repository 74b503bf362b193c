package io.syncnorm.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** Rules for settings that many layers have. */
final class SettingRules {
  /** Policies with variables of 32 or 64 bits. */
  private static final Set<String> TYPES =
      Set.of("float32", "float64", "mixed_float16", "mixed_bfloat16");

  private static final List<String> UNSUPPORTED =
      List.of(
          "kernel_constraint",
          "bias_constraint",
          "gamma_constraint",
          "beta_constraint",
          "bias_regularizer",
          "gamma_regularizer",
          "beta_regularizer",
          "activity_regularizer",
          "lora_rank",
          "quantization_config",
          "virtual_batch_size");

  private SettingRules() {}

  /**
   * Refuses settings of a layer that would change what it computes or learns.
   *
   * @throws IllegalArgumentException that names the first one
   */
  static void require(LayerConfig layer) {
    if (layer.isCustom()) {
      throw new IllegalArgumentException("is a class of its own and not supported");
    }
    if (!layer.flag("trainable", true)) {
      throw new IllegalArgumentException("trainable=False is not supported: all layers train");
    }
    if (layer.flag("renorm", false)) {
      throw new IllegalArgumentException("renorm=True is not supported");
    }
    for (String setting : UNSUPPORTED) {
      if (layer.isSet(setting)) {
        throw new IllegalArgumentException(
            "%s=%s is not supported".formatted(setting, layer.setting(setting)));
      }
    }
    JsonNode type = layer.setting("dtype");
    String name = type.isTextual() ? type.asText() : type.path("config").path("name").asText();
    if (!name.isEmpty() && !TYPES.contains(name)) {
      throw new IllegalArgumentException(
          "dtype=%s is not supported: expected float32".formatted(name));
    }
  }

  /**
   * Returns the coefficient of a kernel's L2 regularization; 0 for none.
   *
   * @throws IllegalArgumentException if it has another regularization
   */
  static double l2(LayerConfig layer) {
    JsonNode regularizer = layer.setting("kernel_regularizer");
    if (!layer.isSet("kernel_regularizer")) {
      return 0;
    }
    String type = LayerConfig.nameOf(regularizer);
    JsonNode config = regularizer.path("config");
    if (!Set.of("L2", "L1L2").contains(type) || config.path("l1").asDouble() != 0) {
      throw new IllegalArgumentException(
          "kernel_regularizer=%s with l1=%s is not supported: expected L2"
              .formatted(type, config.path("l1").asDouble()));
    }
    return config.path("l2").asDouble();
  }

  /**
   * Requires that a normalization is by channel.
   *
   * @param channels axis of the channels
   * @param last last axis
   */
  static void requireAxis(LayerConfig layer, int channels, int last) {
    JsonNode setting = layer.setting("axis");
    JsonNode only = setting.isArray() && setting.size() == 1 ? setting.get(0) : setting;
    int axis = only.asInt(-1);
    boolean isChannels = axis == channels || (axis == -1 && channels == last);
    if ((setting.isArray() && setting.size() > 1) || !isChannels) {
      throw new IllegalArgumentException(
          "axis=%s is not supported: expected that of the channels, %s"
              .formatted(setting, channels));
    }
  }
}
