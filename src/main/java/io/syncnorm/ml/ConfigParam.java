package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.spark.ml.param.Params;
import scala.runtime.AbstractFunction1;

/**
 * A Spark ML param that is bound to a key of the configuration, which defines its default and
 * range. Spark calls it to validate a value when the param is set.
 *
 * @param <S> type of the param's values
 * @param <T> type of the key's values
 */
final class ConfigParam<S, T> extends AbstractFunction1<S, Object> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Converts a value of the param to a value of the key; null if there is none. */
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

  /** Returns a configuration with the value of a stage's param. */
  Configuration set(Params stage, Configuration configuration) {
    @SuppressWarnings("unchecked") // the param of this name has values of type S
    S value = (S) stage.getOrDefault(stage.getParam(name));
    return configuration.with(key, reader.apply(value));
  }
}
