package io.syncnorm.ml;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What one rank got: its rows, put together from their chunks.
 *
 * @param checksum CRC-32C of their chunks' checksums, in their order
 * @param fault of the first partition that has one
 */
record RankRows(Rows training, Rows validation, long checksum, Optional<RowChunk.Fault> fault) {

  /**
   * Takes chunks in their source order, whatever order they arrive in.
   *
   * @param rowLength features of a row
   */
  static RankRows of(Iterator<RowChunk> chunks, int rowLength) {
    List<RowChunk.Packed> training = new ArrayList<>();
    List<RowChunk.Packed> validation = new ArrayList<>();
    List<RowChunk> all = new ArrayList<>();
    chunks.forEachRemaining(all::add);
    all.sort(RowChunk.SOURCE_ORDER);
    CRC32C checksum = new CRC32C();
    Optional<RowChunk.Fault> fault = Optional.empty();
    for (RowChunk chunk : all) {
      if (chunk instanceof RowChunk.Packed packed) {
        (packed.validation() ? validation : training).add(packed);
        checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(packed.checksum()).array());
      } else if (fault.isEmpty()) {
        fault = Optional.of((RowChunk.Fault) chunk);
      }
    }
    return new RankRows(
        join(training, rowLength), join(validation, rowLength), checksum.getValue(), fault);
  }

  private static Rows join(List<RowChunk.Packed> chunks, int rowLength) {
    long rows = chunks.stream().mapToLong(chunk -> chunk.labels().length).sum();
    // The chunks are in memory, too.
    long mostFloats =
        Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / (2 * Float.BYTES));
    if (rows > mostFloats / rowLength) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a worker's rows do not fit into one array in its memory: expected rows<=%d, found rows=%d of size=%d; raise numWorkers or the executors' memory",
              mostFloats / rowLength,
              rows,
              rowLength));
    }
    float[] features = new float[(int) rows * rowLength];
    int[] labels = new int[(int) rows];
    boolean weighted = chunks.stream().anyMatch(chunk -> chunk.weights().length > 0);
    float[] weights = new float[weighted ? labels.length : 0];
    int at = 0;
    for (RowChunk.Packed chunk : chunks) {
      ByteBuffer.wrap(chunk.features())
          .asFloatBuffer()
          .get(features, at * rowLength, chunk.labels().length * rowLength);
      System.arraycopy(chunk.labels(), 0, labels, at, chunk.labels().length);
      if (weighted) {
        System.arraycopy(chunk.weights(), 0, weights, at, chunk.weights().length);
      }
      at += chunk.labels().length;
    }
    Rows joined = new Rows(rowLength, new Features.Floats(features), labels);
    return weighted ? joined.withWeights(weights) : joined;
  }
}
