package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.onnx.OnnxNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A DL4J network that can be written to and read from files. */
public sealed interface Dl4jModel extends TrainedModel permits FusedModel, LayerModel {
  /**
   * Creates the DL4J network that is equivalent to a fused one.
   *
   * @param configuration source of the model's updater and seed, which DL4J uses if training
   *     continues from the model
   */
  static Dl4jModel of(Architecture architecture, NetworkState state, Configuration configuration) {
    return FusedModel.of(architecture, state, configuration);
  }

  /**
   * Checks, before a network is trained, that its model can be stored.
   *
   * @throws IllegalArgumentException if DL4J has no equal of one of its layers
   */
  static void requireStorable(Architecture architecture, Configuration configuration) {
    FusedModel.requireStorable(architecture, configuration);
  }

  /**
   * Reads a {@code MultiLayerNetwork} zip. DL4J's layers compute it or, if ND4J's native library is
   * missing, the fused engine where possible.
   *
   * @throws ModelException if the file is missing, truncated or not such a zip
   * @throws io.syncnorm.dl4j.layer.MissingLibraryException if the network needs ND4J's native
   *     library, which cannot be loaded
   */
  static Dl4jModel read(Path zip) {
    if (!Files.exists(zip)) {
      throw new ModelException("no model at %s: %s".formatted(zip, FileContent.EXPECTED_MODEL));
    }
    try {
      requireZip(zip);
      return Nd4jLibrary.isPresent() ? LayerModel.read(zip) : FusedModel.read(zip);
    } catch (ModelException e) {
      throw e;
    } catch (NotFusedException e) {
      throw Nd4jLibrary.missing(
          "read the model %s, which needs DL4J's layers (%s)".formatted(zip, e.getMessage()));
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "cannot read %s as a DL4J MultiLayerNetwork zip: %s"
              .formatted(zip, ModelException.summary(e)),
          e);
    }
  }

  private static void requireZip(Path zip) throws IOException {
    FileContent content = FileContent.of(zip);
    if (Files.isDirectory(zip)) {
      throw new ModelException(
          "no model at %s: it is %s; %s"
              .formatted(zip, content.description(), FileContent.EXPECTED_MODEL));
    }
    if (content.kind() != FileContent.Kind.NETWORK_ZIP) {
      boolean isForTraining =
          content.kind() == FileContent.Kind.NETWORK_JSON
              || content.kind() == FileContent.Kind.HDF5;
      throw new IOException(
          "it is %s; %s%s"
              .formatted(
                  content.description(),
                  FileContent.EXPECTED_MODEL,
                  isForTraining
                      ? "; to train the network in this file, set model.dl4j to it"
                      : ""));
    }
  }

  /** Writes an ordinary DL4J zip without updater state. Equal models give equal bytes. */
  void write(OutputStream out) throws IOException;

  /**
   * Returns this network with names of its classes, which go into its zip.
   *
   * @param names one per class
   * @throws ModelException if their number is another
   */
  Dl4jModel withClassNames(List<String> names);

  /**
   * Returns this network for rows that are not standardized yet: {@code (x - mean) / deviation} is
   * part of it and goes into its zip, as DL4J's {@code NormalizerStandardize}. A deviation of 0
   * counts as 1. Plain DL4J, but not SyncNorm, raises deviations below 1e-5 to that value when it
   * reads the zip.
   *
   * @param means one per feature
   * @param deviations standard deviations, one per feature
   * @throws ModelException if a length is wrong or the model has a normalizer already
   */
  Dl4jModel withStandardization(float[] means, float[] deviations);

  /**
   * Returns the network for an ONNX file.
   *
   * @throws ModelException if ONNX files have not one of its layers, which the message names, or it
   *     is too large for one
   */
  OnnxNetwork onnx();
}
