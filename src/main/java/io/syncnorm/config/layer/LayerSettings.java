package io.syncnorm.config.layer;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import io.syncnorm.config.layer.ConfiguredLayer.Bias;
import io.syncnorm.config.layer.InvalidLayersException.Part;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The settings of one layer, which reads each of them by its type. All methods throw {@link
 * InvalidLayersException} for values of another form or out of range.
 *
 * @param place of the layer in its list, from 1
 * @param name of the layer and of its first setting
 */
record LayerSettings(int place, String name, ConfigObject settings) {
  private static final String EXTENT =
      "an integer from 1 to " + Extent.MOST + " or two as [height, width]";

  /** Reads a value; throws InvalidLayersException with what it expects of the setting. */
  interface Reader<T> {
    T read(String setting, ConfigValue value);
  }

  /** Requires that there are no settings but that of the layer's name and the given ones. */
  void requireOnly(String... others) {
    List<String> known = Stream.concat(Stream.of(name), Stream.of(others)).toList();
    for (String setting : settings.keySet().stream().sorted().toList()) {
      if (!known.contains(setting)) {
        String expected =
            known.size() == 1
                ? String.format(Locale.ROOT, "in layer %d %s alone", place, name)
                : String.format(
                    Locale.ROOT, "in layer %d (%s) only %s", place, name, String.join(", ", known));
        throw new InvalidLayersException(
            List.of(
                new Part(settings.get(setting), expected + ", not " + setting, setting, known)));
      }
    }
  }

  <T> T required(String setting, Reader<T> reader) {
    ConfigValue value = settings.get(setting);
    if (value == null) {
      throw invalid(settings, setting, "a value, which has no default");
    }
    return reader.read(setting, value);
  }

  <T> T optional(String setting, Reader<T> reader, T byDefault) {
    ConfigValue value = settings.get(setting);
    return value == null ? byDefault : reader.read(setting, value);
  }

  /** Units or filters. */
  int units() {
    return required(
        name,
        (setting, value) ->
            integer(value)
                .filter(units -> units >= 1 && units <= ConfiguredLayer.MOST_UNITS)
                .orElseThrow(
                    () ->
                        invalid(
                            value, setting, "an integer from 1 to " + ConfiguredLayer.MOST_UNITS)));
  }

  Extent extent(String setting, ConfigValue value) {
    List<Integer> sides = integers(value);
    boolean isInRange = sides.stream().allMatch(side -> side >= 1 && side <= Extent.MOST);
    if (!isInRange || sides.isEmpty() || sides.size() > 2) {
      throw invalid(value, setting, EXTENT);
    }
    return new Extent(sides.get(0), sides.get(sides.size() - 1));
  }

  /** The padding of a layer with this window. */
  Padding padding(Extent window) {
    return optional("padding", (setting, value) -> padding(setting, value, window), Padding.VALID);
  }

  private Padding padding(String setting, ConfigValue value, Extent window) {
    Padding padding =
        switch (text(value)) {
          case "valid" -> Padding.VALID;
          case "same" -> Padding.SAME;
          default -> fixed(setting, value);
        };
    if (!padding.fits(window)) {
      throw invalid(value, setting, "numbers smaller than the window of " + window.text());
    }
    return padding;
  }

  private Padding fixed(String setting, ConfigValue value) {
    List<Integer> sides = integers(value);
    boolean areFour = value instanceof ConfigList ? sides.size() == 4 : sides.size() == 1;
    if (!areFour || sides.stream().anyMatch(side -> side < 0)) {
      throw invalid(
          value, setting, "valid, same, an integer of at least 0, or [top, bottom, left, right]");
    }
    int last = sides.size() - 1;
    return new Padding.Fixed(
        sides.get(0), sides.get(Math.min(1, last)), sides.get(Math.min(2, last)), sides.get(last));
  }

  Bias bias() {
    return optional(
        "bias",
        (setting, value) ->
            switch (text(value)) {
              case "auto" -> Bias.AUTO;
              case "true", "yes", "on" -> Bias.TRUE;
              case "false", "no", "off" -> Bias.FALSE;
              default -> throw invalid(value, setting, "auto, true or false");
            },
        Bias.AUTO);
  }

  /** Requires that the layer's name has the value on. */
  void requireOn() {
    ConfigValue value = settings.get(name);
    if (!List.of("on", "true", "yes").contains(text(value))) {
      throw invalid(value, name, "on; to leave the layer out, remove it");
    }
  }

  /** A number in {@code [0, 1)}. */
  double share(String setting, ConfigValue value) {
    return number(
        setting,
        value,
        "a number of at least 0 and below 1",
        number -> Double.compare(number, 0) >= 0 && number < 1);
  }

  /** A positive number whose float value is neither zero nor infinite. */
  double positive(String setting, ConfigValue value) {
    return number(
        setting,
        value,
        "a number of at least 1e-37 and at most 1e38",
        number -> number >= 1e-37 && number <= 1e38);
  }

  private double number(
      String setting, ConfigValue value, String expected, Function<Double, Boolean> range) {
    return decimal(value)
        .map(BigDecimal::doubleValue)
        .filter(range::apply)
        .orElseThrow(() -> invalid(value, setting, expected));
  }

  private InvalidLayersException invalid(ConfigValue value, String setting, String expected) {
    String text =
        String.format(Locale.ROOT, "in layer %d (%s) for %s %s", place, name, setting, expected);
    return new InvalidLayersException(List.of(new Part(value, text, "", List.of())));
  }

  /** A single integer or a list of integers; empty if an element is anything else. */
  private static List<Integer> integers(ConfigValue value) {
    List<ConfigValue> elements = value instanceof ConfigList list ? list : List.of(value);
    List<Integer> integers =
        elements.stream().map(LayerSettings::integer).flatMap(Optional::stream).toList();
    return integers.size() == elements.size() ? integers : List.of();
  }

  private static Optional<Integer> integer(ConfigValue value) {
    try {
      return decimal(value).map(BigDecimal::intValueExact);
    } catch (ArithmeticException e) {
      return Optional.empty();
    }
  }

  private static Optional<BigDecimal> decimal(ConfigValue value) {
    try {
      return Optional.of(new BigDecimal(text(value)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A scalar as text; empty for anything else. */
  private static String text(ConfigValue value) {
    return switch (value.valueType()) {
      case STRING, NUMBER, BOOLEAN -> String.valueOf(value.unwrapped()).strip();
      default -> "";
    };
  }
}
