package io.syncnorm.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException.BadValue;
import com.typesafe.config.ConfigException.Missing;
import com.typesafe.config.ConfigException.WrongType;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A type of setting: how its values are read from HOCON, which ones are in range, and how they are
 * written so that reading returns an equal value.
 *
 * @param expected describes the form and the range, in words that follow "expected"
 * @param reader throws IllegalArgumentException, ArithmeticException or a typesafe-config exception
 *     when a HOCON value has another form; does not check the range
 */
record Kind<T>(
    String expected,
    Function<ConfigValue, T> reader,
    Predicate<T> range,
    Function<T, String> writer) {

  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("\\s*[0-9.]+\\s*[A-Za-z]+\\s*");

  /** Converts a HOCON value; empty if it has another form or is out of range. */
  Optional<T> read(ConfigValue value) {
    try {
      return Optional.of(reader.apply(value)).filter(range);
    } catch (IllegalArgumentException | ArithmeticException | WrongType | BadValue | Missing e) {
      return Optional.empty();
    }
  }

  /** Whether a value is not null and in range. */
  boolean takes(T value) {
    return value != null && range.test(value);
  }

  /**
   * Returns the value if it is in range.
   *
   * @param path of the key that the value is for
   * @throws ConfigException if it is null or out of range
   */
  T require(String path, T value) {
    if (!takes(value)) {
      String found = String.valueOf(value);
      throw new ConfigException(
          new Fault("argument", Fault.NO_LINE, path, expected, found, "pass a value of this form"));
    }
    return value;
  }

  // ---- scalars ----

  static Kind<String> text(String expected, Pattern pattern) {
    return new Kind<>(expected, Kind::text, pattern.asMatchPredicate(), ConfigUtil::quoteString);
  }

  static Kind<Boolean> flag() {
    return new Kind<>("true or false", value -> flag(text(value)), flag -> true, String::valueOf);
  }

  static Kind<Long> anyLong() {
    return new Kind<>(
        "a 64-bit integer",
        value -> new BigDecimal(text(value)).longValueExact(),
        number -> true,
        String::valueOf);
  }

  /** An integer; both bounds are inclusive. */
  static Kind<Integer> integer(int least, int greatest) {
    return new Kind<>(
        greatest == Integer.MAX_VALUE
            ? "an integer of at least " + least
            : "an integer from " + least + " to " + greatest,
        value -> new BigDecimal(text(value)).intValueExact(),
        number -> least <= number && number <= greatest,
        String::valueOf);
  }

  /** A number in {@code [0, 1)}. Compares as Double does, so that -0.0 and NaN are rejected. */
  static Kind<Double> share() {
    return number(
        "a number of at least 0 and below 1",
        number -> Double.compare(number, 0) >= 0 && Double.compare(number, 1) < 0);
  }

  /** A positive number whose float value is neither zero nor infinite. */
  static Kind<Double> positive() {
    return number(
        "a number of at least 1e-37 and at most 1e38", number -> number >= 1e-37 && number <= 1e38);
  }

  /** Zero, or a positive number whose float value is neither zero nor infinite. */
  static Kind<Double> notNegative() {
    Kind<Double> positive = positive();
    return number(
        "0 or " + positive.expected,
        number -> Double.compare(number, 0) == 0 || positive.range.test(number));
  }

  private static Kind<Double> number(String expected, Predicate<Double> range) {
    return new Kind<>(
        expected, value -> new BigDecimal(text(value)).doubleValue(), range, String::valueOf);
  }

  /** A constant of an enum, written in lower case with dashes. */
  static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Kind::word).toList();
    return new Kind<>(
        "one of " + String.join(", ", words),
        value -> type.getEnumConstants()[indexOf(text(value), words)],
        constant -> true,
        Kind::word);
  }

  /** A duration with its unit; HOCON alone would read a bare number as milliseconds. */
  static Kind<Duration> duration(Duration least, Duration greatest) {
    return new Kind<>(
        "a duration with its unit from " + write(least) + " to " + write(greatest),
        Kind::duration,
        duration -> least.compareTo(duration) <= 0 && duration.compareTo(greatest) <= 0,
        Kind::write);
  }

  /** A number of bytes with its unit; HOCON alone would read a bare number as bytes. */
  static Kind<Long> bytes() {
    return new Kind<>(
        "a size with its unit (b, k, m, g), such as 512m",
        Kind::bytes,
        bytes -> bytes >= 0,
        Kind::write);
  }

  // ---- combinations ----

  /** A list, possibly empty, of elements of the given kind. */
  static <T> Kind<List<T>> listOf(Kind<T> element) {
    return new Kind<>(
        "a list in brackets, each element " + element.expected,
        value -> {
          if (!(value instanceof ConfigList list)) {
            throw new IllegalArgumentException("not a list");
          }
          return list.stream().map(element.reader).toList();
        },
        list -> list.stream().allMatch(each -> each != null && element.range.test(each)),
        list -> list.stream().map(element.writer).collect(Collectors.joining(", ", "[", "]")));
  }

  /** A list of at least so many elements; a single element need not be in brackets. */
  static <T> Kind<List<T>> listOrOne(Kind<T> element, int least) {
    Kind<List<T>> list = listOf(element);
    return new Kind<>(
        element.expected + ", or a list of these in brackets",
        value ->
            value instanceof ConfigList
                ? list.reader.apply(value)
                : List.of(element.reader.apply(value)),
        elements -> elements.size() >= least && list.range.test(elements),
        list.writer);
  }

  /** A value of this kind, or a word that stands for a special value. */
  Kind<T> or(String word, T meaning) {
    return new Kind<>(
        word + " or " + expected,
        value -> word.equals(value.unwrapped()) ? meaning : readInRange(value),
        value -> value.equals(meaning) || range.test(value),
        value -> value.equals(meaning) ? word : writer.apply(value));
  }

  /** Passes on why the reader refuses a value; the range alone says no more. */
  private T readInRange(ConfigValue value) {
    T read = reader.apply(value);
    if (!range.test(read)) {
      throw new IllegalArgumentException("out of range");
    }
    return read;
  }

  /** A value of one kind, or of another that has no values of the given class. */
  static <S, A extends S> Kind<S> either(Class<A> type, Kind<A> one, Kind<S> other) {
    return new Kind<>(
        one.expected + ", or " + other.expected,
        value -> {
          Optional<A> read = one.read(value);
          return read.isPresent()
              ? read.get()
              : other.read(value).orElseThrow(IllegalArgumentException::new);
        },
        value ->
            type.isInstance(value) ? one.range.test(type.cast(value)) : other.range.test(value),
        value ->
            type.isInstance(value)
                ? one.writer.apply(type.cast(value))
                : other.writer.apply(value));
  }

  /** A scalar of this kind followed by a unit: {@code "3 steps"}. */
  Kind<T> counting(String unit) {
    return new Kind<>(
        "\"<k> " + unit + "\" with k " + expected,
        value -> {
          String text = text(value);
          if (!text.endsWith(" " + unit)) {
            throw new IllegalArgumentException("no " + unit);
          }
          String number = text.substring(0, text.length() - unit.length()).strip();
          return reader.apply(ConfigValueFactory.fromAnyRef(number));
        },
        range,
        value -> ConfigUtil.quoteString(writer.apply(value) + " " + unit));
  }

  /** A scalar of this kind in parentheses after a word: {@code group(3)}. */
  Kind<T> inside(String word) {
    return new Kind<>(
        "\"" + word + "(<x>)\" with x " + expected,
        value -> {
          String text = text(value).strip();
          if (!text.startsWith(word + "(") || !text.endsWith(")")) {
            throw new IllegalArgumentException("no " + word);
          }
          String inner = text.substring(word.length() + 1, text.length() - 1).strip();
          return reader.apply(ConfigValueFactory.fromAnyRef(inner));
        },
        range,
        value -> ConfigUtil.quoteString(word + "(" + writer.apply(value) + ")"));
  }

  /** This kind wrapped in another type, whose constructor may also check the range. */
  <S> Kind<S> as(Function<T, S> wrap, Function<S, T> unwrap) {
    return new Kind<>(
        expected,
        value -> wrap.apply(read(value).orElseThrow(IllegalArgumentException::new)),
        value -> range.test(unwrap.apply(value)),
        value -> writer.apply(unwrap.apply(value)));
  }

  // ---- from and to text ----

  /** A scalar as it was written; numbers and booleans are returned as text. */
  static String text(ConfigValue value) {
    return wrapped(value).getString("value");
  }

  private static Config wrapped(ConfigValue value) {
    return value.atKey("value");
  }

  private static boolean flag(String text) {
    return switch (text) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> throw new IllegalArgumentException("not a boolean");
    };
  }

  private static int indexOf(String text, List<String> words) {
    if (!words.contains(text)) {
      throw new IllegalArgumentException("not a known word");
    }
    return words.indexOf(text);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static long bytes(ConfigValue value) {
    if (!NUMBER_AND_UNIT.matcher(text(value)).matches()) {
      throw new IllegalArgumentException("no unit");
    }
    return wrapped(value).getBytes("value");
  }

  private static String write(long bytes) {
    int unit = bytes == 0 ? 0 : Math.min(3, Long.numberOfTrailingZeros(bytes) / 10);
    return (bytes >> (10 * unit)) + List.of("b", "k", "m", "g").get(unit);
  }

  private static Duration duration(ConfigValue value) {
    if (!NUMBER_AND_UNIT.matcher(text(value)).matches()) {
      throw new IllegalArgumentException("no unit");
    }
    return wrapped(value).getDuration("value");
  }

  private static String write(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos % 1_000_000_000 == 0) {
      return duration.toSeconds() + "s";
    }
    return nanos % 1_000_000 == 0 ? duration.toMillis() + "ms" : nanos + "ns";
  }
}
