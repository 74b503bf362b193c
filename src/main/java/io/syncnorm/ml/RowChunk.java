package io.syncnorm.ml;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.zip.CRC32C;

/** Rows of one partition on their way to one rank, or what is wrong with that partition. */
sealed interface RowChunk extends Serializable {
  /** Chunks arrive in any order; in this one they are the same for the same partitions. */
  Comparator<RowChunk> SOURCE_ORDER =
      Comparator.comparingInt(RowChunk::partition).thenComparingInt(RowChunk::sequence);

  /** Number of the partition that the rows come from. */
  int partition();

  /** Number of the chunk among those of its partition. */
  int sequence();

  /**
   * Packed rows.
   *
   * @param validation whether they are validation rows
   * @param features floats {@code [count, rowLength]} as bytes, big-endian: Java writes an array of
   *     bytes as a whole, and one of floats each for itself
   * @param labels {@code [count]}
   * @param weights {@code [count]}; empty where rows have no weights
   * @param checksum CRC-32C of all that is trained on or measured with
   */
  record Packed(
      int partition,
      int sequence,
      boolean validation,
      byte[] features,
      int[] labels,
      float[] weights,
      int checksum)
      implements RowChunk {
    private static final long serialVersionUID = 1L;

    /** Takes the checksum where the bytes have just been written: the processor still has them. */
    static Packed of(
        int partition,
        int sequence,
        boolean validation,
        byte[] features,
        int[] labels,
        float[] weights) {
      ByteBuffer rest = ByteBuffer.allocate(1 + 4 * (2 + labels.length + weights.length));
      rest.put((byte) (validation ? 1 : 0)).putInt(labels.length).putInt(weights.length);
      for (int label : labels) {
        rest.putInt(label);
      }
      for (float weight : weights) {
        rest.putFloat(weight);
      }
      CRC32C checksum = new CRC32C();
      checksum.update(rest.array());
      checksum.update(features);
      return new Packed(
          partition, sequence, validation, features, labels, weights, (int) checksum.getValue());
    }
  }

  /** The partition's first row that cannot be trained on. */
  record Fault(int partition, int sequence, String message) implements RowChunk {
    private static final long serialVersionUID = 1L;
  }
}
