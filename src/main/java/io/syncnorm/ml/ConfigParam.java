package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.spark.ml.param.Params;
import scala.runtime.AbstractFunction1;

/**
 * A param that is a key of the configuration under a name of Spark ML: the key has its default and
 * its range. Spark asks whether the key takes a value when the param is set.
 *
 * @param <S> values of the param
 * @param <T> values of the key
 */
final class ConfigParam<S, T> extends AbstractFunction1<S, Object> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The key's value for one of the param; null if it has none. */
  @FunctionalInterface
  interface Conversion<S, T> extends Function<S, T>, Serializable {}

  private final String name;
  private final Key<T> key;
  private final Conversion<S, T> reader;

  ConfigParam(String name, Key<T> key, Conversion<S, T> reader) {
    this.name = name;
    this.key = key;
    this.reader = reader;
  }

  String name() {
    return name;
  }

  Key<T> key() {
    return key;
  }

  @Override
  public Object apply(S value) {
    return value != null && key.takes(reader.apply(value));
  }

  /** A configuration with what a stage's param says. */
  Configuration set(Params stage, Configuration configuration) {
    @SuppressWarnings("unchecked") // the param of this name takes what this takes
    S value = (S) stage.getOrDefault(stage.getParam(name));
    return configuration.with(key, reader.apply(value));
  }
}
