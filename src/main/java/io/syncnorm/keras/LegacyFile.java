package io.syncnorm.keras;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An {@code .h5} file of Keras 2 or 3:
 *
 * <pre>
 * attributes keras_version, backend, model_config (JSON), training_config (JSON)
 * model_weights/[layer], attribute weight_names: paths of its variables, below this group
 * </pre>
 */
public final class LegacyFile implements KerasFile {
  private static final String WEIGHTS = "model_weights";
  private static final String NAMES = "weight_names";

  private final Hdf5 file;
  private final String version;
  private final String model;

  private LegacyFile(Hdf5 file, String version, String model) {
    this.file = file;
    this.version = version;
    this.model = model;
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is not HDF5, or has no model
   */
  public static LegacyFile open(Path path) throws IOException {
    Hdf5 file = Hdf5.open(path);
    try {
      String model =
          file.text("", "model_config")
              .orElseThrow(
                  () ->
                      new IOException(
                          "it contains no model, perhaps only weights: save the whole model, model.save(...); expected the attribute model_config"));
      Optional<String> version = file.text("", "keras_version");
      if (version.isEmpty()) {
        version = file.text(WEIGHTS, "keras_version");
      }
      return new LegacyFile(file, version.orElse("of an unknown version"), model);
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public String version() {
    return version;
  }

  /** The library below Keras, such as {@code tensorflow}; empty if the file does not tell. */
  public Optional<String> backend() throws IOException {
    return file.text("", "backend");
  }

  /** The model as JSON. */
  public String modelConfig() {
    return model;
  }

  /** What the model was compiled with, as JSON; empty if it was not. */
  public Optional<String> trainingConfig() throws IOException {
    return file.text("", "training_config");
  }

  @Override
  public JsonNode model() throws IOException {
    return KerasFile.json(model, "model_config");
  }

  @Override
  public Optional<JsonNode> compilation() throws IOException {
    Optional<String> text = trainingConfig();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    JsonNode training = KerasFile.json(text.get(), "training_config");
    if (training instanceof ObjectNode object) { // the name that archives have for it
      object.set("optimizer", object.path("optimizer_config"));
    }
    return Optional.of(training);
  }

  @Override
  public String pathOf(LayerConfig layer, int index, String name) throws IOException {
    String group = WEIGHTS + "/" + layer.name();
    for (String each : names(group)) {
      if (simpleName(each).equals(name)) {
        return group + "/" + each;
      }
    }
    return group + "/" + name;
  }

  /**
   * Reads the variables of a layer.
   *
   * @return by path below the layer's group, such as {@code dense/kernel:0}; empty if it has none
   */
  public Map<String, Variable> variables(String layer) throws IOException {
    String group = WEIGHTS + "/" + layer;
    Map<String, Variable> variables = new LinkedHashMap<>();
    for (String each : names(group)) {
      variables.put(each, file.variable(group + "/" + each));
    }
    return variables;
  }

  /** Long lists are split into attributes with numbers at their ends. */
  private List<String> names(String group) throws IOException {
    List<String> names = new ArrayList<>(file.texts(group, NAMES));
    for (int part = 0; ; part++) {
      List<String> more = file.texts(group, NAMES + part);
      if (more.isEmpty()) {
        return names;
      }
      names.addAll(more);
    }
  }

  /** Removes groups, and the number of the output that TensorFlow appends. */
  private static String simpleName(String path) {
    return path.substring(path.lastIndexOf('/') + 1).replaceFirst(":\\d+$", "");
  }

  @Override
  public Hdf5 weights() {
    return file;
  }

  @Override
  public void close() {
    file.close();
  }
}
