package io.syncnorm.keras;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A {@code .keras} archive:
 *
 * <pre>
 * metadata.json      keras_version
 * config.json        class_name, config with layers, compile_config
 * model.weights.h5   layers/[class in snake case][_n]/vars/0, 1, ...
 * </pre>
 *
 * <p>Keras 2.12 calls the group {@code _layer_checkpoint_dependencies} instead of {@code layers}.
 */
final class ArchiveFile implements KerasFile {
  private static final String LAYERS = "layers";
  private static final String OLD_LAYERS = "_layer_checkpoint_dependencies";

  private final String version;
  private final JsonNode config;
  private final Hdf5 weights;
  private final String layers;

  private ArchiveFile(String version, JsonNode config, Hdf5 weights) throws IOException {
    this.version = version;
    this.config = config;
    this.weights = weights;
    this.layers = !weights.has(LAYERS) && weights.has(OLD_LAYERS) ? OLD_LAYERS : LAYERS;
  }

  static ArchiveFile open(Path path) throws IOException {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      JsonNode metadata = KerasFile.json(text(zip, "metadata.json"), "metadata.json");
      JsonNode config = KerasFile.json(text(zip, "config.json"), "config.json");
      return new ArchiveFile(
          metadata.path("keras_version").asText("of an unknown version"),
          config,
          Hdf5.of(bytes(zip, "model.weights.h5")));
    } catch (ZipException e) {
      throw new IOException("it is a damaged or incomplete zip; copy it again", e);
    }
  }

  private static String text(ZipFile zip, String name) throws IOException {
    return new String(bytes(zip, name), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ZipFile zip, String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new IOException("it has no entry %s, which a .keras archive has".formatted(name));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public JsonNode model() {
    return config;
  }

  @Override
  public Optional<JsonNode> compilation() {
    return Optional.of(config.path("compile_config")).filter(node -> node.hasNonNull("loss"));
  }

  @Override
  public String pathOf(LayerConfig layer, int index, String name) {
    return "%s/%s/vars/%s".formatted(layers, layer.group(), index);
  }

  @Override
  public Hdf5 weights() {
    return weights;
  }

  @Override
  public void close() {
    weights.close();
  }
}
