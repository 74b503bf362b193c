package io.syncnorm.dl4j.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.modelimport.keras.Hdf5Archive;
import org.deeplearning4j.nn.modelimport.keras.KerasModel;
import org.deeplearning4j.nn.modelimport.keras.exceptions.InvalidKerasConfigurationException;
import org.deeplearning4j.nn.modelimport.keras.utils.KerasModelBuilder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Reads compiled Sequential models of Keras 2 with DL4J's importer. */
final class KerasImport {
  /**
   * Library for Keras files that the job jar does not contain, in the version that DL4J's importer
   * uses.
   */
  private static final String HDF5 = "org.bytedeco:hdf5:1.12.1-1.5.7";

  private KerasImport() {}

  /**
   * Reads a model.
   *
   * @throws IOException if the file is not such a model; the message says what it is
   */
  static MultiLayerNetwork read(Path path) throws IOException {
    try {
      PointerScope handles = handles();
      try {
        return network(path);
      } finally {
        synchronized (Hdf5Archive.LOCK_OBJECT) {
          handles.close();
        }
      }
    } catch (NoClassDefFoundError | UnsatisfiedLinkError | ExceptionInInitializerError e) {
      throw new ModelException(
          "cannot read %s: Keras files need a library that is not on the class path; add %s and its artifact with the classifier of your platform, such as linux-x86_64 (--packages or --jars of spark-submit)"
              .formatted(path, HDF5),
          e);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(
          "it is not a Keras Sequential model that DL4J's importer can read: "
              + ModelException.summary(e),
          e);
    }
  }

  /**
   * Collects the HDF5 handles that the importer leaves open, so that this thread can close them.
   * The garbage collector would close them on another thread, and HDF5 is not thread-safe.
   */
  @SuppressWarnings("unchecked") // an array of generic classes
  private static PointerScope handles() {
    Objects.requireNonNull(
        Hdf5Archive.LOCK_OBJECT); // loads the class, which opens a handle of its own
    try {
      return new PointerScope(
          Class.forName("org.bytedeco.hdf5.IdComponent").asSubclass(Pointer.class));
    } catch (ClassNotFoundException e) {
      throw new NoClassDefFoundError(e.getMessage());
    }
  }

  private static MultiLayerNetwork network(Path path) throws Exception {
    try (KerasModelBuilder builder = new KerasModel().modelBuilder()) {
      try {
        builder.modelHdf5Filename(path.toString());
      } catch (InvalidKerasConfigurationException e) {
        throw new IOException(
            "it contains no model, perhaps only weights: save the whole model (%s)"
                .formatted(e.getMessage()),
            e);
      }
      requireSequential(builder.getModelJson());
      if (builder.getTrainingJson() == null) {
        throw new IOException(
            "it has no training_config, and so neither a loss nor an optimizer: compile the model and save it again");
      }
      KerasTraining training = KerasTraining.of(builder.getTrainingJson());
      MultiLayerNetwork network =
          builder
              .trainingJson(training.json())
              .enforceTrainingConfig(true)
              .buildSequential()
              .getMultiLayerNetwork();
      if (training.output().isPresent()) {
        takeLogits(network, training);
      }
      return network;
    }
  }

  private static void requireSequential(String modelJson) throws IOException {
    JsonNode model = new ObjectMapper().readTree(modelJson);
    String version = model.path("keras_version").asText();
    if (version.startsWith("3")) {
      throw new IOException(
          "it was written by Keras %s: expected Keras 2; save it with Keras 2 (package tf_keras)"
              .formatted(version));
    }
    String type = model.path("class_name").asText();
    if (!type.equals("Sequential")) {
      throw new IOException(
          "it is a %s model: expected a Sequential one, whose layers are a chain".formatted(type));
    }
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
