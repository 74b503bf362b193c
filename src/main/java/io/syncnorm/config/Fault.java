package io.syncnorm.config;

import static java.util.Comparator.comparing;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import java.io.Serializable;
import java.util.Comparator;

/**
 * One thing wrong with the configuration; one line of a {@link ConfigException}.
 *
 * @param source a file's path, {@code --set key=value}, or whatever else the value came from
 * @param line of the file, or {@link #NO_LINE}
 * @param key dotted; empty where the fault is in the source as a whole
 */
record Fault(String source, int line, String key, String expected, String found, String remedy)
    implements Serializable {

  static final int NO_LINE = 0;

  /** The source of a fault that no single source is to blame for. */
  static final String ALL_SOURCES = "all sources together";

  /** As a reader of the sources meets them: by source, then by line. */
  static final Comparator<Fault> READING_ORDER =
      comparing(Fault::source).thenComparingInt(Fault::line).thenComparing(Fault::key);

  private static final int LONGEST_FINDING = 200;

  /** A fault of a value, placed where the value was written. */
  static Fault at(ConfigValue value, String key, String expected, String remedy) {
    ConfigOrigin origin = value.origin();
    String found = shortened(value.render(ConfigRenderOptions.concise()));
    return new Fault(sourceOf(origin), lineOf(origin), key, expected, found, remedy);
  }

  /**
   * A fault that the library found.
   *
   * @param source where it is, if the library cannot tell
   */
  static Fault of(
      com.typesafe.config.ConfigException thrown, String source, String expected, String remedy) {
    ConfigOrigin origin = thrown.origin();
    if (origin == null || origin.filename() == null) {
      String found = shortened(thrown.getMessage());
      return new Fault(source, NO_LINE, "", expected, found, remedy);
    }
    String place = origin.description() + ": "; // begins the message already
    String found = shortened(thrown.getMessage().replace(place, ""));
    return new Fault(sourceOf(origin), lineOf(origin), "", expected, found, remedy);
  }

  /** A fault that no single source is to blame for. */
  static Fault ofAll(String key, String expected, String found, String remedy) {
    return new Fault(ALL_SOURCES, NO_LINE, key, expected, found, remedy);
  }

  /** A key without any value, not even its default. */
  static Fault missing(Key<?> key) {
    return ofAll(
        key.path(),
        key.expected(),
        "nothing",
        "a substitution puts a plain value where one of its sections belongs; remove that");
  }

  /** A grid was asked for, and there is none. */
  static Fault missingExperiment() {
    return ofAll(
        ExperimentCheck.SECTION,
        "a section { name, command, axes { ... } }",
        "nothing",
        "name a file that has one with --config, as conf/grid.conf");
  }

  /** The quick form of a grid was asked for, and there is none. */
  static Fault missingQuickForm() {
    return ofAll(
        ExperimentCheck.QUICK,
        "a section of settings for --quick",
        "nothing",
        "add one, as in conf/study-small-batches.conf, or leave out --quick");
  }

  /** This fault where another one is. */
  Fault movedTo(Fault place) {
    return new Fault(place.source, place.line, key, expected, found, remedy);
  }

  /** Where a value was written, without the line. */
  static String sourceOf(ConfigOrigin origin) {
    return origin.filename() == null ? origin.withLineNumber(-1).description() : origin.filename();
  }

  /**
   * The line where a value was written; overrides have a line of their own, which tells nothing.
   */
  static int lineOf(ConfigOrigin origin) {
    return origin.filename() == null ? NO_LINE : Math.max(NO_LINE, origin.lineNumber());
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_FINDING ? text : text.substring(0, LONGEST_FINDING) + "...";
  }

  /** The fault on one line. */
  @Override
  public String toString() {
    String place = line == NO_LINE ? source : source + ":" + line;
    String subject = key.isEmpty() ? place : place + ": " + key;
    String whole = subject + ": expected " + expected + ", found=" + found + "; " + remedy;
    return whole.replaceAll("\\s*\\R\\s*", " ");
  }
}
