package io.syncnorm.ml;

import io.syncnorm.data.Rows;
import java.io.Serializable;
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
   * @param checksum CRC-32C of all that is trained on or measured with
   */
  record Packed(int partition, int sequence, boolean validation, Rows rows, int checksum)
      implements RowChunk {
    private static final long serialVersionUID = 1L;

    /** Takes the checksum where rows have just been packed: the processor still has them. */
    static Packed of(int partition, int sequence, boolean validation, Rows rows) {
      CRC32C checksum = new CRC32C();
      checksum.update(validation ? 1 : 0);
      rows.addTo(checksum);
      return new Packed(partition, sequence, validation, rows, (int) checksum.getValue());
    }
  }

  /** The partition's first row that cannot be trained on. */
  record Refused(int partition, int sequence, String message) implements RowChunk {
    private static final long serialVersionUID = 1L;
  }
}
