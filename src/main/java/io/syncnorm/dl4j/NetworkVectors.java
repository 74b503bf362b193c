package io.syncnorm.dl4j;

import io.syncnorm.train.Floats;
import io.syncnorm.train.ModelSize;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a DL4J network has learned, flat, in DL4J's own order. The arrays are not copied.
 *
 * @param parameters all of them, running statistics included
 * @param updaterState empty where the updater keeps none
 */
record NetworkVectors(float[] parameters, float[] updaterState) implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * Refuses a network of which ranks could not report.
   *
   * @throws IllegalArgumentException if it is too large
   */
  static void requireReportable(TrainableNetwork network) {
    long parameters = network.model().numParams();
    long state = network.updaterState().map(INDArray::length).orElse(0L);
    ModelSize.requireReportable(parameters, (parameters + state) * Float.BYTES);
  }

  /**
   * Bytes that {@link #writeTo} writes.
   *
   * @throws IllegalArgumentException if they are more than a message can have
   */
  int encodedLength() {
    long floats = (long) parameters.length + updaterState.length;
    return ModelSize.requireReportable(parameters.length, floats * Float.BYTES);
  }

  /** Writes both vectors end to end. */
  void writeTo(DataOutput out) throws IOException {
    Floats.write(out, parameters);
    Floats.write(out, updaterState);
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param like vectors of the same network: nothing that is read decides what is allocated
   */
  static NetworkVectors readFrom(DataInput in, NetworkVectors like) throws IOException {
    return new NetworkVectors(
        Floats.read(in, like.parameters.length), Floats.read(in, like.updaterState.length));
  }
}
