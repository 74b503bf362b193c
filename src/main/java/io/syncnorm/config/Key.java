package io.syncnorm.config;

import com.typesafe.config.ConfigValue;
import java.util.Optional;
import java.util.function.Function;

/**
 * One key of the configuration.
 *
 * @param path dotted, as written in HOCON
 * @param kind the values it takes
 * @param getter its value in a configuration
 */
record Key<T>(String path, Kind<T> kind, Function<Configuration, T> getter) {

  /** The value that HOCON gives this key; empty if it is a fault. */
  Optional<T> read(ConfigValue value) {
    return kind.read(value);
  }

  /**
   * The value, if this key can take it.
   *
   * @throws ConfigException if it is null or out of range
   */
  T require(T value) {
    return kind.require(path, value);
  }

  /** The value that HOCON gives this key, in the one form that equal values share. */
  Optional<String> normal(ConfigValue value) {
    return read(value).map(kind.writer());
  }

  /** Its value in a configuration, as HOCON. */
  String write(Configuration configuration) {
    return kind.writer().apply(getter.apply(configuration));
  }

  /** This key's line in the rendering of a configuration. */
  String render(Configuration configuration) {
    return path + " = " + write(configuration);
  }
}
