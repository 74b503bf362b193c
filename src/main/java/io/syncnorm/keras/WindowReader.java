package io.syncnorm.keras;

import io.syncnorm.nn.Window;
import java.util.Arrays;

/** Windows of convolutions and poolings. */
final class WindowReader {
  private WindowReader() {}

  /**
   * @param size setting with the window's height and width
   * @throws IllegalArgumentException if it is not supported
   */
  static Window of(LayerConfig layer, String size) {
    int[] window = pair(layer, size);
    int[] strides = layer.isSet("strides") ? pair(layer, "strides") : window;
    String padding = layer.text("padding", "valid");
    return new Window(
        window[0],
        window[1],
        strides[0],
        strides[1],
        switch (padding) {
          case "valid" -> Window.Fixed.VALID;
          case "same" -> new Window.Same();
          default ->
              throw new IllegalArgumentException(
                  "padding=%s is not supported: expected valid or same".formatted(padding));
        });
  }

  static void requireNoGroups(LayerConfig layer) {
    boolean isDilated =
        layer.isSet("dilation_rate")
            && Arrays.stream(pair(layer, "dilation_rate")).anyMatch(n -> n != 1);
    if (isDilated || layer.number("groups", 1) != 1) {
      throw new IllegalArgumentException(
          "dilation_rate=%s and groups=%s are not supported: expected 1"
              .formatted(layer.setting("dilation_rate"), layer.setting("groups")));
    }
  }

  private static int[] pair(LayerConfig layer, String setting) {
    return layer
        .pair(setting)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s=%s: expected two sizes".formatted(setting, layer.setting(setting))));
  }
}
