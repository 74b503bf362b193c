package io.syncnorm.ml;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.spark.sql.Row;

/** Collects rows for one rank until they fill a chunk. */
final class ChunkBuilder {
  private final FitColumns columns;
  private final LabelRange labelRange;
  private final int rowLength;
  private final int capacity;
  private float[] features;
  private int[] labels;
  private float[] weights;
  private int count;

  ChunkBuilder(FitColumns columns, LabelRange labelRange, int rowLength, int capacity) {
    this.columns = columns;
    this.labelRange = labelRange;
    this.rowLength = rowLength;
    this.capacity = capacity;
  }

  /**
   * @throws IllegalArgumentException if the row cannot be trained on
   */
  void add(Row row) {
    if (features == null) {
      begin();
    }
    FeatureRows.copy(
        row.get(FitColumns.FEATURES_AT),
        rowLength,
        features,
        count * rowLength,
        columns.features());
    labels[count] = labelRange.require(row.get(FitColumns.LABEL_AT), columns.label());
    if (weights.length > 0) {
      weights[count] = weight(row.get(FitColumns.WEIGHT_AT));
    }
    count++;
  }

  boolean isFull() {
    return count == capacity;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Gives the rows away, and is empty again. */
  RowChunk.Packed take(int partition, int sequence, boolean validation) {
    RowChunk.Packed taken =
        RowChunk.Packed.of(
            partition,
            sequence,
            validation,
            bytes(features, count * rowLength),
            Arrays.copyOf(labels, count),
            Arrays.copyOf(weights, Math.min(weights.length, count)));
    count = 0;
    if (capacity == 1) { // wide rows: one builder at a time has any memory
      features = null;
    }
    return taken;
  }

  private static byte[] bytes(float[] values, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(length, Float.BYTES));
    bytes.asFloatBuffer().put(values, 0, length);
    return bytes.array();
  }

  private void begin() {
    features = new float[Math.multiplyExact(capacity, rowLength)];
    labels = new int[capacity];
    weights = new float[columns.weight().isEmpty() ? 0 : capacity];
  }

  private float weight(Object value) {
    if (!(value instanceof Double weight)
        || !(weight >= 0 && Float.isFinite(weight.floatValue()))) {
      throw new IllegalArgumentException(
          "column %s must hold weights that are finite and at least 0, found value=%s"
              .formatted(columns.weight(), value));
    }
    return weight.floatValue();
  }
}
