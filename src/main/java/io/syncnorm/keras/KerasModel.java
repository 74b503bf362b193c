package io.syncnorm.keras;

import com.fasterxml.jackson.databind.JsonNode;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Sequential model of Keras 3 in the fused engine's terms.
 *
 * @param state weights and running statistics
 * @param penalties coefficient of L2 regularization, which is added to the gradient times the
 *     weight, by index among {@link Architecture#weighted}
 * @param remarks how training will differ from Keras', each to follow "the model in ...: "
 */
public record KerasModel(
    Architecture architecture,
    NetworkState state,
    KerasOptimizer optimizer,
    Map<Integer, Double> penalties,
    List<String> remarks) {
  /**
   * Reads a {@code .keras} archive.
   *
   * @throws IOException if it is damaged, or a part of it cannot be trained; the message names all
   *     such parts
   */
  public static KerasModel readArchive(Path path) throws IOException {
    try (ArchiveFile file = ArchiveFile.open(path)) {
      return read(file);
    }
  }

  /**
   * Reads an {@code .h5} file that Keras 3 wrote.
   *
   * @throws IOException as {@link #readArchive} does
   */
  public static KerasModel read(LegacyFile file) throws IOException {
    return read((KerasFile) file);
  }

  private static KerasModel read(KerasFile file) throws IOException {
    JsonNode model = file.model();
    String type = model.path("class_name").asText();
    if (!type.equals("Sequential")) {
      throw new IOException(
          "it is a %s model: expected a Sequential one, whose layers are a chain".formatted(type));
    }
    List<LayerConfig> layers = LayerConfig.of(model.path("config").path("layers"));
    if (layers.isEmpty()) {
      throw new IOException("its configuration has no layers");
    }
    List<String> faults = new ArrayList<>();
    Optional<Compilation> compilation = compilation(file, faults);
    Optional<Chain> chain =
        ChainReader.read(
            layers,
            InputReader.of(layers, model),
            compilation.map(Compilation::takesLogits).orElse(false),
            faults);
    require(faults);
    NetworkState state = StateReader.read(file, chain.orElseThrow(), faults);
    require(faults);
    List<String> remarks = new ArrayList<>(chain.get().remarks());
    KerasOptimizer optimizer =
        compilation.map(Compilation::optimizer).orElse(KerasOptimizer.DEFAULT);
    if (compilation.isEmpty()) {
      remarks.add(
          "it was not compiled, so it trains with cross-entropy and Keras' default Adam, learning rate %s"
              .formatted(optimizer.rate()));
    }
    return new KerasModel(
        chain.get().architecture(), state, optimizer, chain.get().penalties(), remarks);
  }

  private static Optional<Compilation> compilation(KerasFile file, List<String> faults)
      throws IOException {
    try {
      return file.compilation().map(Compilation::of);
    } catch (IllegalArgumentException e) {
      faults.add(e.getMessage());
      return Optional.empty();
    }
  }

  private static void require(List<String> faults) throws IOException {
    if (!faults.isEmpty()) {
      throw new IOException(
          "it is a Keras model that the fused engine cannot train: " + String.join("; ", faults));
    }
  }
}
