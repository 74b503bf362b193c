package io.syncnorm.config.layer;

import com.typesafe.config.ConfigValue;
import java.util.List;
import java.util.stream.Collectors;

/** Thrown when a value is not a list of layers, with all that is wrong with it. */
public final class InvalidLayersException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * A wrong part of the value.
   *
   * @param expected names the layer by its place, from 1
   * @param unknown the word that is not one of {@code words}; empty if no word is wrong
   * @param words the words that are known there
   */
  public record Part(ConfigValue value, String expected, String unknown, List<String> words) {
    public Part {
      words = List.copyOf(words);
    }
  }

  private final transient List<Part> parts;

  InvalidLayersException(List<Part> parts) {
    super(
        parts.stream().map(part -> "expected " + part.expected).collect(Collectors.joining("; ")));
    this.parts = List.copyOf(parts);
  }

  /** What is wrong, in the order of the layers. */
  public List<Part> parts() {
    return parts;
  }
}
