package io.syncnorm.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The values of an axis or a condition: a single value, a list, or ranges in either. */
final class ValueList {
  /** A range; both ends are inclusive. */
  private static final Pattern RANGE =
      Pattern.compile("\\s*(-?[0-9]{1,18})\\s*\\.\\.\\s*(-?[0-9]{1,18})\\s*");

  private ValueList() {}

  /**
   * @param path of the key whose values they are
   * @throws ConfigException if a range is empty or has more than {@code most} numbers
   */
  static List<ConfigValue> of(ConfigValue written, String path, int most) {
    List<ConfigValue> elements = written instanceof ConfigList list ? list : List.of(written);
    return elements.stream().flatMap(element -> expanded(element, path, most)).toList();
  }

  private static Stream<ConfigValue> expanded(ConfigValue value, String path, int most) {
    if (value.valueType() != ConfigValueType.STRING) {
      return Stream.of(value);
    }
    Matcher range = RANGE.matcher((String) value.unwrapped());
    if (!range.matches()) {
      return Stream.of(value);
    }
    long first = Long.parseLong(range.group(1));
    long last = Long.parseLong(range.group(2));
    if (first > last || last - first >= most) {
      String expected = String.format(Locale.ROOT, "a range first..last of 1 to %d numbers", most);
      throw new ConfigException(Fault.at(value, path, expected, "correct it"));
    }
    return LongStream.rangeClosed(first, last).mapToObj(n -> number(n, value.origin()));
  }

  private static ConfigValue number(long number, ConfigOrigin origin) {
    ConfigOrigin place = origin == null ? ConfigOriginFactory.newSimple() : origin;
    return ConfigValueFactory.fromAnyRef(number).withOrigin(place);
  }
}
