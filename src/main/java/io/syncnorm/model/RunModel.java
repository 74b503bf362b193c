package io.syncnorm.model;

import io.syncnorm.onnx.OnnxNetwork;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** A trained network that a run stores. */
public interface RunModel extends TrainedModel {
  /** Name of the file that holds it in the directory of a run. */
  String fileName();

  /** Writes the file. Equal models give equal bytes. */
  void write(OutputStream out) throws IOException;

  /**
   * Returns this network with names of its classes, which go into its file.
   *
   * @param names one per class
   * @throws ModelException if their number is another
   */
  RunModel withClassNames(List<String> names);

  /**
   * Returns this network for rows that are not standardized yet: {@code (x - mean) / deviation} is
   * part of it and goes into its file. A deviation of 0 counts as 1.
   *
   * @param means one per feature
   * @param deviations standard deviations, one per feature
   * @throws ModelException if a length is wrong or the model has a normalizer already
   */
  RunModel withStandardization(float[] means, float[] deviations);

  /**
   * Returns the network for an ONNX file.
   *
   * @throws ModelException if ONNX files have not one of its layers, which the message names, or it
   *     is too large for one
   */
  OnnxNetwork onnx();
}
