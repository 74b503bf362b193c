package io.syncnorm.model;

import io.syncnorm.data.Features;
import io.syncnorm.data.RowFormat;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A trained network, used for prediction. */
public interface TrainedModel {
  /**
   * Reads a {@code MultiLayerNetwork} zip, or an ONNX file that SyncNorm has written. The file's
   * content decides which of them it is.
   *
   * @throws ModelException if the file is missing, truncated or none of them
   * @throws MissingLibraryException if the network needs DL4J or ND4J's native library, which this
   *     build does not have or cannot load
   */
  static TrainedModel read(Path file) {
    if (OnnxModel.isOnnx(file)) {
      return OnnxModel.read(file);
    }
    FileContent.requireNetworkZip(file);
    return Dl4j.require("read the model " + file).read(file);
  }

  /** Returns the number of features of a row, as the network has it. */
  long inputs();

  /**
   * Prepares to predict rows of a format.
   *
   * @param file the model's file, for error messages
   * @throws ModelException if the rows' dimensions are in another order than the network's, or the
   *     model's normalizer is for rows of another length
   */
  void prepare(RowFormat format, Path file);

  /** Returns the number of classes. */
  int classes();

  /** Returns the names of the classes, if the model knows them. */
  Optional<List<String>> classNames();

  /** Returns the model, {@linkplain #prepare prepared} as it is, in a form that can be sent. */
  Sent sent();

  /** A model that can be sent to tasks. Each task opens one of its own, for its thread only. */
  interface Sent extends Serializable {
    /**
     * Creates the model.
     *
     * @throws MissingLibraryException if the network needs ND4J's native library, which cannot be
     *     loaded
     */
    TrainedModel open();
  }

  /**
   * Predicts with running statistics.
   *
   * @param features {@code [rows, inputs]}, row-major
   * @return probabilities {@code [rows, classes]}, row-major, valid until the next call
   */
  float[] predict(float[] features, int rows);

  /** Whether sparse rows stay sparse in this network. Otherwise they are made dense. */
  default boolean keepsSparse() {
    return false;
  }

  /**
   * Predicts sparse rows with running statistics.
   *
   * @return probabilities {@code [rows, classes]}, row-major, valid until the next call
   */
  default float[] predict(Features.Sparse rows) {
    float[] dense = new float[Math.toIntExact(rows.length())];
    rows.copyTo(0, dense, 0, dense.length);
    return predict(dense, rows.rowStarts().length - 1);
  }
}
