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

/** Reads a compiled Sequential model of Keras 2 through DL4J's importer. */
final class KerasImport {
  /** What reading Keras' files needs and the job jar has not, in the version of DL4J's importer. */
  private static final String HDF5 = "org.bytedeco:hdf5:1.12.1-1.5.7";

  private KerasImport() {}

  /**
   * @throws IOException if it is something else; the message says what
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
          "cannot read %s: Keras' files need a library that is not on the class path: add %s, and the same with the classifier of your platform, such as linux-x86_64 (--packages or --jars of spark-submit)"
              .formatted(path, HDF5),
          e);
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(
          "it is no Keras Sequential model that DL4J's importer reads: " + ModelException.words(e),
          e);
    }
  }

  /**
   * Takes the handles of HDF5 that the importer leaves behind, to be closed by this thread: the
   * garbage collector would close them by another one, and HDF5 is for one thread at a time.
   */
  @SuppressWarnings("unchecked") // an array of generic classes
  private static PointerScope handles() {
    Objects.requireNonNull(Hdf5Archive.LOCK_OBJECT); // its class has a handle of its own by now
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
            "it holds no model, but perhaps its weights alone: save the whole model (%s)"
                .formatted(e.getMessage()),
            e);
      }
      requireSequential(builder.getModelJson());
      if (builder.getTrainingJson() == null) {
        throw new IOException(
            "it has no training_config, so no loss and no optimizer: compile the model and save it again");
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
          "Keras %s wrote it: expected Keras 2; save it with Keras 2 (package tf_keras)"
              .formatted(version));
    }
    String type = model.path("class_name").asText();
    if (!type.equals("Sequential")) {
      throw new IOException(
          "it is a %s model: expected a Sequential one, whose layers are a chain".formatted(type));
    }
  }

  /** Puts into the loss layer, which the importer appends, what the loss does to its inputs. */
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
          "its loss takes logits (from_logits=True), and its last layer has the activation %s: expected linear"
              .formatted(activation.get()));
    }
    BaseLayer loss = (BaseLayer) confs.get(confs.size() - 1).getLayer();
    loss.setActivationFn(training.output().orElseThrow());
  }
}
