package io.syncnorm.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Thrown when the configuration is wrong. The message has one line per fault: where it is written,
 * the key, what was expected, what was found, and what to do.
 */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final List<Fault> faults;

  ConfigException(Fault fault) {
    this(List.of(fault));
  }

  ConfigException(List<Fault> faults) {
    super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  List<Fault> faults() {
    return faults;
  }
}
