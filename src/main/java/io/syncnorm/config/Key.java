package io.syncnorm.config;

import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import io.syncnorm.config.layer.InvalidLayersException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * One setting of a run. {@link Keys} defines all of them. Keys are compared by identity, also in
 * other JVMs after deserialization.
 */
public final class Key<T> implements Serializable {
  private static final long serialVersionUID = 1L;

  /** What a setting affects. */
  public enum Role {
    /**
     * The model or its figures: the setting is part of a run's identity. With another value it is
     * another run, with a directory and checkpoints of its own.
     */
    IDENTITY,
    /** Only how a run is carried out: an interrupted run resumes with any value. */
    OPERATION
  }

  private final String path;
  private final transient Kind<T> kind;
  private final transient Role role;

  Key(String path, Kind<T> kind, Role role) {
    this.path = path;
    this.kind = kind;
    this.role = role;
  }

  /** Whether the setting is part of a run's identity. */
  public Role role() {
    return role;
  }

  /** The name of the key in a file, dotted. */
  public String path() {
    return path;
  }

  /** Describes the accepted values, in words that follow "expected". */
  public String expected() {
    return kind.expected();
  }

  /** The default, from {@code conf/syncnorm.conf}. */
  public T byDefault() {
    return Configuration.defaults().get(this);
  }

  /** Whether this key accepts a value; null is never accepted. */
  public boolean takes(T value) {
    return kind.takes(value);
  }

  /** Parses a text without quotes; empty if the key does not accept the value. */
  public Optional<T> read(String text) {
    return read(ConfigValueFactory.fromAnyRef(text));
  }

  /**
   * Parses a text without quotes.
   *
   * @param source where it was written, for the message
   * @throws ConfigException if the key does not accept the value; the message says what is wrong
   */
  public T parse(String text, String source) {
    ConfigValue value = ConfigValueFactory.fromAnyRef(text, source);
    return read(value).orElseThrow(() -> new ConfigException(faults(value, "correct it")));
  }

  /** Writes a value as HOCON; equal values give equal texts. */
  public String write(T value) {
    return kind.writer().apply(value);
  }

  /** Converts a HOCON value; empty if this key does not accept it. */
  Optional<T> read(ConfigValue value) {
    return kind.read(value);
  }

  /**
   * What is wrong with a HOCON value that this key does not accept.
   *
   * @param remedy what to do, unless a fault knows better
   */
  List<Fault> faults(ConfigValue value, String remedy) {
    try {
      Object unused = kind.reader().apply(value);
    } catch (InvalidLayersException e) {
      return e.parts().stream().map(part -> Fault.of(part, path)).toList();
    } catch (RuntimeException e) {
      return List.of(Fault.at(value, path, expected(), remedy)); // readers say no more
    }
    return List.of(Fault.at(value, path, expected(), remedy)); // out of range
  }

  /**
   * Returns the value if this key accepts it.
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
