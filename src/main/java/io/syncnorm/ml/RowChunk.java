package io.syncnorm.ml;

import io.syncnorm.data.Rows;
import java.io.Serializable;
import java.util.Comparator;
import java.util.zip.CRC32C;

/** Rows of one partition, sent to one rank, or the fault of that partition. */
sealed interface RowChunk extends Serializable {
  /**
   * The order of chunks by source. They arrive in any order; sorted, they are equal for equal
   * partitions.
   */
  Comparator<RowChunk> SOURCE_ORDER =
      Comparator.comparingInt(RowChunk::partition).thenComparingInt(RowChunk::sequence);

  /** Returns the number of the rows' partition. */
  int partition();

  /** Returns the number of the chunk within its partition. */
  int sequence();

  /**
   * Packed rows.
   *
   * @param validation whether they are validation rows
   * @param checksum CRC-32C of features, labels and weights
   */
  record Packed(int partition, int sequence, boolean validation, Rows rows, int checksum)
      implements RowChunk {
    private static final long serialVersionUID = 1L;

    /**
     * Creates a chunk and its checksum right after packing, while the rows are in the processor's
     * cache.
     */
    static Packed of(int partition, int sequence, boolean validation, Rows rows) {
      CRC32C checksum = new CRC32C();
      checksum.update(validation ? 1 : 0);
      rows.addTo(checksum);
      return new Packed(partition, sequence, validation, rows, (int) checksum.getValue());
    }
  }

  /** The fault of a partition's first row that cannot be trained on. */
  record Refused(int partition, int sequence, String message) implements RowChunk {
    private static final long serialVersionUID = 1L;
  }
}
