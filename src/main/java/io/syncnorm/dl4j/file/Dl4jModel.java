package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Images;
import io.syncnorm.dl4j.fused.NotFusedException;
import io.syncnorm.dl4j.layer.Nd4jLibrary;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.NetworkState;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A DL4J network, to write, read and ask for predictions. */
public sealed interface Dl4jModel permits FusedModel, LayerModel {
  /**
   * The DL4J network that computes the same as the fused one.
   *
   * @param configuration its optimizer is what DL4J trains with, should somebody go on from the
   *     model, and its seed what DL4J would draw numbers from; without one it takes the time of day
   */
  static Dl4jModel of(Architecture architecture, NetworkState state, Configuration configuration) {
    return FusedModel.of(architecture, state, configuration);
  }

  /**
   * Reads a {@code MultiLayerNetwork} zip. DL4J's layers compute it, or, where ND4J's library is
   * missing, the fused engine if it can.
   *
   * @throws ModelException if it is missing, torn or something else
   * @throws io.syncnorm.dl4j.layer.MissingLibraryException if nothing here can compute it
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
          "read the model %s, which is for DL4J's layers (%s)".formatted(zip, e.getMessage()));
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "cannot read %s as a DL4J MultiLayerNetwork zip: %s"
              .formatted(zip, ModelException.words(e)),
          e);
    }
  }

  private static void requireZip(Path zip) throws IOException {
    FileContent content = FileContent.of(zip);
    if (Files.isDirectory(zip)) {
      throw new ModelException(
          "no model at %s: it is %s; %s"
              .formatted(zip, content.words(), FileContent.EXPECTED_MODEL));
    }
    if (content.kind() != FileContent.Kind.NETWORK_ZIP) {
      boolean isForTraining = content.kind() != FileContent.Kind.OTHER;
      throw new IOException(
          "it is %s; %s%s"
              .formatted(
                  content.words(),
                  FileContent.EXPECTED_MODEL,
                  isForTraining ? "; train with model.dl4j takes this file and makes one" : ""));
    }
  }

  /** Writes an ordinary DL4J zip, without updater state; the same bytes for the same model. */
  void write(OutputStream out) throws IOException;

  /** Length of an input row, or what DL4J says it is. */
  long inputs();

  /**
   * Prepares to predict rows of such images.
   *
   * @param file that the model is from
   * @throws ModelException if their dimensions come in another order than the network's, or its
   *     normalizer is for other rows
   */
  void prepare(Images images, Path file);

  /** Number of classes. */
  int classes();

  /**
   * Predicts with running statistics.
   *
   * @param features {@code [rows, inputs]}, row-major
   * @return probabilities {@code [rows, classes]}, row-major, valid until the next call
   */
  float[] predict(float[] features, int rows);
}
