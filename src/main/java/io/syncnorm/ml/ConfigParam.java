package io.syncnorm.ml;

import io.syncnorm.config.ConfigException;
import io.syncnorm.config.ConfigLoader;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import scala.runtime.AbstractFunction1;

/**
 * A param that is a key of the configuration under a name of Spark ML: the configuration has its
 * default and its range.
 */
record ConfigParam(Param<?> param, String key) implements Serializable {
  /** What an integer param is given where the configuration says auto; no key takes the number. */
  private static final Integer AUTO = -1;

  private static final String AUTO_WORD = "auto";

  /** What no value of a key contains; it could end the value and begin something else. */
  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9 .,+\\-\\[\\]()]");

  private static final Map<String, String> DEFAULTS =
      ConfigLoader.load(List.of(), List.of())
          .render()
          .lines()
          .map(line -> line.split(" = ", 2))
          .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].replace("\"", "")));

  /** The default, as a configuration is written. */
  static String defaultOf(String key) {
    return DEFAULTS.get(key);
  }

  /** A value of this param, as {@code --set} would be given it. */
  String override(Object value) {
    return key + "=" + text(value);
  }

  private static String text(Object value) {
    if (value.equals(AUTO)) {
      return AUTO_WORD;
    }
    return value instanceof int[] list ? Arrays.toString(list) : String.valueOf(value);
  }

  /** A number as an integer param takes it, by the word of the configuration. */
  static int number(String word) {
    return word.equals(AUTO_WORD) ? AUTO : Integer.parseInt(word);
  }

  /** Whether a key of the configuration can take a value; Spark asks it when a param is set. */
  static final class Range<T> extends AbstractFunction1<T, Object> implements Serializable {
    private static final long serialVersionUID = 1L;

    private final String key;

    Range(String key) {
      this.key = key;
    }

    @Override
    public Object apply(T value) {
      if (value == null || STRANGE.matcher(text(value)).find()) {
        return false;
      }
      try {
        ConfigLoader.load(List.of(), List.of(key + "=" + text(value)));
        return true;
      } catch (ConfigException e) {
        return false;
      }
    }
  }
}
