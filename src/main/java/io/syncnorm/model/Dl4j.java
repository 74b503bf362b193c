package io.syncnorm.model;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.RowFormat;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * What the commands need DL4J for. DL4J exists for Scala 2.12 only: a build for another version has
 * no implementation of this interface.
 */
public interface Dl4j {
  /**
   * Creates the DL4J network that is equivalent to a fused one.
   *
   * @param configuration source of the model's updater and seed, which DL4J uses if training
   *     continues from the model
   */
  RunModel model(Architecture architecture, NetworkState state, Configuration configuration);

  /**
   * Checks, before a network is trained, that its model can be stored.
   *
   * @throws IllegalArgumentException if DL4J has no equal of one of its layers
   */
  void requireStorable(Architecture architecture, Configuration configuration);

  /**
   * Reads a {@code MultiLayerNetwork} zip.
   *
   * @throws ModelException if the file is missing, truncated or not such a zip
   * @throws MissingLibraryException if the network needs ND4J's native library, which cannot be
   *     loaded
   */
  RunModel read(Path zip);

  /**
   * Reads a network to train: a {@code MultiLayerConfiguration} as JSON, a {@code
   * MultiLayerNetwork} zip, or a Keras Sequential model.
   *
   * @param configuration with the number of classes
   * @param format of the rows that it takes as input
   * @throws ModelException if the file cannot be used
   * @throws MissingLibraryException if ND4J's native library cannot be loaded
   */
  FileTraining training(Path file, Configuration configuration, RowFormat format);

  /** Returns the implementation, if this build has one. */
  static Optional<Dl4j> find() {
    return ServiceLoader.load(Dl4j.class, Dl4j.class.getClassLoader()).findFirst();
  }

  /**
   * Returns the implementation.
   *
   * @param purpose what it is needed for, such as "read model.zip"
   * @throws MissingLibraryException if this build has none
   */
  static Dl4j require(String purpose) {
    return find().orElseThrow(() -> missing(purpose));
  }

  /** Returns the exception for a build without DL4J. */
  static MissingLibraryException missing(String purpose) {
    return new MissingLibraryException(
        "cannot %s: it needs DL4J, which exists for Scala 2.12 only: use Spark 3.5, or model.onnx and model.layers"
            .formatted(purpose));
  }
}
