package io.syncnorm.config;

import static java.util.Comparator.comparing;

import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import io.syncnorm.config.layer.InvalidLayersException;
import java.io.Serializable;
import java.util.Comparator;

/**
 * One fault of the configuration; one line of a {@link ConfigException}.
 *
 * @param source a file's path, {@code --set key=value}, or another origin of the value
 * @param line of the file, or {@link #NO_LINE}
 * @param key dotted; empty if the fault concerns the entire source
 */
record Fault(String source, int line, String key, String expected, String found, String remedy)
    implements Serializable {

  static final int NO_LINE = 0;

  /** The source of a fault that arises only from several sources combined. */
  static final String ALL_SOURCES = "all sources together";

  /** The order of reading: by source, then by line. */
  static final Comparator<Fault> READING_ORDER =
      comparing(Fault::source).thenComparingInt(Fault::line).thenComparing(Fault::key);

  private static final int LONGEST_FINDING = 200;

  /** A fault of a value, located where the value was written. */
  static Fault at(ConfigValue value, String key, String expected, String remedy) {
    ConfigOrigin origin = value.origin();
    String found = shortened(value.render(ConfigRenderOptions.concise()));
    return new Fault(sourceOf(origin), lineOf(origin), key, expected, found, remedy);
  }

  /** A fault of a part of a list of layers. */
  static Fault of(InvalidLayersException.Part part, String key) {
    String remedy =
        Suggestions.nearest(part.unknown(), part.words().stream())
            .map(word -> "did you mean " + word + "?")
            .orElse("correct it, or remove it");
    return at(part.value(), key, part.expected(), remedy);
  }

  /**
   * A fault that the library found.
   *
   * @param source the location to report if the library does not know it
   */
  static Fault of(
      com.typesafe.config.ConfigException thrown, String source, String expected, String remedy) {
    ConfigOrigin origin = thrown.origin();
    if (origin == null || origin.filename() == null) {
      String found = shortened(thrown.getMessage());
      return new Fault(source, NO_LINE, "", expected, found, remedy);
    }
    String place = origin.description() + ": "; // the library's message starts with it
    String found = shortened(thrown.getMessage().replace(place, ""));
    return new Fault(sourceOf(origin), lineOf(origin), "", expected, found, remedy);
  }

  /** A fault that arises only from several sources combined. */
  static Fault ofAll(String key, String expected, String found, String remedy) {
    return new Fault(ALL_SOURCES, NO_LINE, key, expected, found, remedy);
  }

  /** A key that has no value, not even its default. */
  static Fault missing(Key<?> key) {
    return ofAll(
        key.path(),
        key.expected(),
        "nothing",
        "a substitution replaces one of its sections by a plain value; remove that substitution");
  }

  /** A grid was requested, but no source defines one. */
  static Fault missingExperiment() {
    return ofAll(
        ExperimentCheck.SECTION,
        "a section { name, command, axes { ... } }",
        "nothing",
        "pass a file that has one with --config, such as conf/grid.conf");
  }

  /** The quick form of a grid was requested, but no source defines one. */
  static Fault missingQuickForm() {
    return ofAll(
        ExperimentCheck.QUICK,
        "a section of settings for --quick",
        "nothing",
        "add one, as in conf/study-small-batches.conf, or omit --quick");
  }

  /** This fault at the location of another one. */
  Fault movedTo(Fault place) {
    return new Fault(place.source, place.line, key, expected, found, remedy);
  }

  /** The source in which a value was written, without the line. */
  static String sourceOf(ConfigOrigin origin) {
    return origin.filename() == null ? origin.withLineNumber(-1).description() : origin.filename();
  }

  /**
   * The line where a value was written; {@link #NO_LINE} for overrides, whose line number means
   * nothing.
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
