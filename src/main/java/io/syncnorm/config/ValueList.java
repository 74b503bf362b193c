package io.syncnorm.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The values of an axis or a condition as they are written: one, a list, and ranges in either. */
final class ValueList {
  /** Ends of a range belong to it. */
  private static final Pattern RANGE =
      Pattern.compile("\\s*(-?[0-9]{1,18})\\s*\\.\\.\\s*(-?[0-9]{1,18})\\s*");

  private ValueList() {}

  /** A range is longer than any grid may be, or ends before it begins. */
  static final class RangeException extends Exception {
    private final transient ConfigValue range;

    RangeException(ConfigValue range) {
      super("not a range", null, false, false);
      this.range = range;
    }

    ConfigValue range() {
      return range;
    }
  }

  /**
   * @throws RangeException if a range has no numbers, or more than {@code most}
   */
  static List<ConfigValue> of(ConfigValue written, int most) throws RangeException {
    List<ConfigValue> elements = written instanceof ConfigList list ? list : List.of(written);
    Stream<ConfigValue> values = Stream.empty();
    for (ConfigValue element : elements) {
      values = Stream.concat(values, expanded(element, most));
    }
    return values.toList();
  }

  private static Stream<ConfigValue> expanded(ConfigValue value, int most) throws RangeException {
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
      throw new RangeException(value);
    }
    return LongStream.rangeClosed(first, last).mapToObj(n -> number(n, value.origin()));
  }

  private static ConfigValue number(long number, ConfigOrigin origin) {
    ConfigOrigin place = origin == null ? ConfigOriginFactory.newSimple() : origin;
    return ConfigValueFactory.fromAnyRef(number).withOrigin(place);
  }
}
