package io.syncnorm.keras;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Optional;

/** An open file with a Keras model. */
sealed interface KerasFile extends AutoCloseable permits ArchiveFile, LegacyFile {
  /** The version of Keras that wrote the file, such as {@code 3.15.1}. */
  String version();

  /** The model with its class and configuration. */
  JsonNode model() throws IOException;

  /** What the model was compiled with: {@code loss} and {@code optimizer}. */
  Optional<JsonNode> compilation() throws IOException;

  /**
   * Returns where a variable of a layer is.
   *
   * @param index of the variable among those of the layer
   * @param name as Keras calls it, such as {@code kernel}
   */
  String pathOf(LayerConfig layer, int index, String name) throws IOException;

  Hdf5 weights();

  @Override
  void close();

  /** Parses a part of a file. */
  static JsonNode json(String text, String part) throws IOException {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IOException(
          "its %s is not valid JSON: %s".formatted(part, e.getOriginalMessage()), e);
    }
  }
}
