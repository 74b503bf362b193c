package io.syncnorm.ml;

import io.syncnorm.data.Rows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The rows of one rank, assembled from their chunks.
 *
 * @param checksum CRC-32C of the chunks' checksums, in order
 * @param fault the fault of the first partition that has one
 */
record RankRows(Rows training, Rows validation, long checksum, Optional<RowChunk.Refused> fault) {

  /**
   * Assembles chunks in the order of their source, whatever order they arrive in.
   *
   * @param rowLength features of a row
   */
  static RankRows of(Iterator<RowChunk> chunks, int rowLength) {
    List<Rows> training = new ArrayList<>();
    List<Rows> validation = new ArrayList<>();
    List<RowChunk> all = new ArrayList<>();
    chunks.forEachRemaining(all::add);
    all.sort(RowChunk.SOURCE_ORDER);
    CRC32C checksum = new CRC32C();
    Optional<RowChunk.Refused> fault = Optional.empty();
    for (RowChunk chunk : all) {
      if (chunk instanceof RowChunk.Packed packed) {
        (packed.validation() ? validation : training).add(packed.rows());
        checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(packed.checksum()).array());
      } else if (fault.isEmpty()) {
        fault = Optional.of((RowChunk.Refused) chunk);
      }
    }
    return new RankRows(
        join(training, rowLength), join(validation, rowLength), checksum.getValue(), fault);
  }

  private static Rows join(List<Rows> chunks, int rowLength) {
    long rows = chunks.stream().mapToLong(Rows::count).sum();
    // The chunks are also in memory.
    long mostFloats =
        Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / (2 * Float.BYTES));
    if (rows > mostFloats / rowLength) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a worker's rows do not fit into its memory as one array: expected rows<=%d, found rows=%d of size=%d; increase numWorkers or the executors' memory",
              mostFloats / rowLength,
              rows,
              rowLength));
    }
    return Rows.join(rowLength, chunks);
  }
}
