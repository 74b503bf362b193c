package io.syncnorm.dl4j.file;

import io.syncnorm.keras.KerasModel;
import io.syncnorm.keras.LegacyFile;
import io.syncnorm.keras.Variable;
import io.syncnorm.model.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.modelimport.keras.KerasLayer;
import org.deeplearning4j.nn.modelimport.keras.KerasSequentialModel;
import org.deeplearning4j.nn.modelimport.keras.layers.wrappers.KerasBidirectional;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Reads Sequential models of Keras: those of Keras 3 by ourselves, compiled ones of Keras 2 with
 * DL4J's importer. The importer's own reader of HDF5 needs native libraries, so it gets the layers
 * as JSON, and their weights from our reader.
 */
final class KerasImport {
  private KerasImport() {}

  /**
   * Reads an {@code .h5} file.
   *
   * @param seed of the run, for dropout
   * @throws IOException if the file is not such a model; the message says what it is
   */
  static MultiLayerNetwork readHdf5(Path path, long seed) throws IOException {
    try (LegacyFile file = LegacyFile.open(path)) {
      return file.version().startsWith("3")
          ? KerasNetwork.of(KerasModel.read(file), path, seed)
          : network(file);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(
          "it is not a Keras Sequential model that DL4J's importer can read: "
              + ModelException.summary(e),
          e);
    }
  }

  private static MultiLayerNetwork network(LegacyFile file) throws Exception {
    JsonNode json = new ObjectMapper().readTree(file.modelConfig());
    String type = json.path("class_name").asText();
    if (!type.equals("Sequential")) {
      throw new IOException(
          "it is a %s model: expected a Sequential one, whose layers are a chain".formatted(type));
    }
    KerasTraining training =
        KerasTraining.of(
            file.trainingConfig()
                .orElseThrow(
                    () ->
                        new IOException(
                            "it has no training_config, and so neither a loss nor an optimizer: compile the model and save it again")));
    KerasSequentialModel model =
        new KerasSequentialModel(builder(file, (ObjectNode) json, training));
    for (KerasLayer layer : model.getLayers().values()) {
      if (layer.getNumParams() > 0) {
        layer.setWeights(weights(file, layer));
      }
    }
    MultiLayerNetwork network = model.getMultiLayerNetwork();
    if (training.output().isPresent()) {
      takeLogits(network, training);
    }
    return network;
  }

  private static KerasModelBuilder builder(LegacyFile file, ObjectNode json, KerasTraining training)
      throws IOException {
    json.put("keras_version", file.version());
    json.put("backend", file.backend().orElse("tensorflow"));
    return new org.deeplearning4j.nn.modelimport.keras.KerasModel()
        .modelBuilder()
        .modelJson(json.toString())
        .trainingJson(training.json())
        .enforceTrainingConfig(true);
  }

  /** Returns the variables of a layer by the names that the importer has for them. */
  private static Map<String, INDArray> weights(LegacyFile file, KerasLayer layer)
      throws IOException {
    String name = layer.getLayerName();
    Map<String, INDArray> weights = new HashMap<>();
    for (Map.Entry<String, Variable> each : file.variables(name).entrySet()) {
      String path = each.getKey();
      String direction =
          layer instanceof KerasBidirectional
              ? path.contains("forward") ? "forward_" : "backward_"
              : "";
      Variable variable = each.getValue();
      weights.put(
          direction + parameter(path, name),
          Nd4j.create(variable.values())
              .reshape('c', Arrays.stream(variable.shape()).asLongStream().toArray()));
    }
    if (weights.isEmpty()) {
      throw new IOException("it has no weights of layer " + name);
    }
    return weights;
  }

  /** Removes from a path what TensorFlow and early versions add to the name of a parameter. */
  private static String parameter(String path, String layer) {
    String last = path.substring(path.lastIndexOf('/') + 1).replaceFirst(":\\d+$", "");
    String own = last.startsWith(layer + "_") ? last.substring(layer.length() + 1) : last;
    return own.replaceFirst("_\\d+$", "");
  }

  /** Sets the activation of the appended loss layer to the one that the loss applies to logits. */
  private static void takeLogits(MultiLayerNetwork network, KerasTraining training)
      throws IOException {
    List<NeuralNetConfiguration> confs = network.getLayerWiseConfigurations().getConfs();
    Layer outputs = confs.get(confs.size() - 2).getLayer();
    Optional<IActivation> activation =
        outputs instanceof BaseLayer layer
            ? Optional.of(layer.getActivationFn())
            : outputs instanceof ActivationLayer layer
                ? Optional.of(layer.getActivationFn())
                : Optional.empty();
    if (activation.isPresent() && !(activation.get() instanceof ActivationIdentity)) {
      throw new IOException(
          "its loss expects logits (from_logits=True), but its last layer has activation %s: expected linear"
              .formatted(activation.get()));
    }
    BaseLayer loss = (BaseLayer) confs.get(confs.size() - 1).getLayer();
    loss.setActivationFn(training.output().orElseThrow());
  }
}
