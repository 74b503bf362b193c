package io.syncnorm.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.io.Serializable;
import java.util.Optional;

/**
 * One setting of a run. {@link Keys} has all there are: they are compared by identity, in every JVM
 * they are sent to.
 */
public final class Key<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String path;
  private final transient Kind<T> kind;

  Key(String path, Kind<T> kind) {
    this.path = path;
    this.kind = kind;
  }

  /** Its name in a file, dotted. */
  public String path() {
    return path;
  }

  /** The values it takes, in words that follow "expected". */
  public String expected() {
    return kind.expected();
  }

  /** The value it has unless another is set: that of {@code conf/syncnorm.conf}. */
  public T byDefault() {
    return Configuration.defaults().get(this);
  }

  /** Whether it can take a value; null is none. */
  public boolean takes(T value) {
    return kind.takes(value);
  }

  /** The value that a text means where no quotes are needed; empty if the key does not take it. */
  public Optional<T> read(String text) {
    return read(ConfigValueFactory.fromAnyRef(text));
  }

  /** A value as HOCON, in the one form that equal values share. */
  public String write(T value) {
    return kind.writer().apply(value);
  }

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

  private Object readResolve() {
    return Keys.find(path).orElseThrow();
  }

  /** The path. */
  @Override
  public String toString() {
    return path;
  }
}
