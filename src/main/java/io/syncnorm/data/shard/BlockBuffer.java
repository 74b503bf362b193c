package io.syncnorm.data.shard;

import io.syncnorm.data.FeatureBuffer;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import io.syncnorm.data.SparseBuffer;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Memory for rows of one block, or for some of them. Rows are put at their places, or one after
 * another with their places beside them.
 *
 * <pre>
 * | place [rows] | label [rows] | weight [rows], if rows have weights | features |   in a file, native byte order
 * </pre>
 */
final class BlockBuffer {
  private static final int[] NO_PLACES = {};
  private static final float[] NO_WEIGHTS = {};

  private final int[] labels;
  private final float[] weights;
  private final FeatureBuffer features;

  /** Place of each row; empty if a row's place is its number. */
  private final int[] places;

  private int[] rowOfPlace = NO_PLACES;
  private int rows;

  /** Receives a row with its place. */
  interface RowConsumer {
    void accept(int place, Rows from, int row);
  }

  private BlockBuffer(Shape shape, int capacity, int[] places, FeatureBuffer features) {
    this.labels = new int[capacity];
    this.weights = shape.isWeighted() ? new float[capacity] : NO_WEIGHTS;
    this.features = features;
    this.places = places;
  }

  /** Memory for all rows of a block; sparse rows have no place of their own. */
  static BlockBuffer ofBlock(Shape shape, int rows) {
    boolean isSparse = shape.kind() == Shape.Kind.SPARSE;
    return isSparse
        ? appending(shape, rows)
        : new BlockBuffer(shape, rows, NO_PLACES, FeatureBuffer.of(shape, rows));
  }

  /** Memory for rows that are put one after another. */
  static BlockBuffer appending(Shape shape, int capacity) {
    return new BlockBuffer(shape, capacity, new int[capacity], FeatureBuffer.of(shape, capacity));
  }

  /**
   * Memory for rows that are put one after another.
   *
   * @param featureBytes stored bytes of their features, which sparse rows need not exceed
   */
  static BlockBuffer appending(Shape shape, int capacity, long featureBytes) {
    return shape.kind() == Shape.Kind.SPARSE
        ? new BlockBuffer(
            shape,
            capacity,
            new int[capacity],
            SparseBuffer.ofBytes(shape.rowLength(), capacity, featureBytes))
        : appending(shape, capacity);
  }

  /** Copies a row. */
  void put(int place, Rows from, Features converted, int row) {
    int into = place;
    if (places.length > 0) {
      into = rows;
      places[into] = place;
    }
    labels[into] = from.label(row);
    if (weights.length > 0) {
      weights[into] = from.weight(row);
    }
    features.put(into, converted, row);
    rows++;
  }

  boolean isFull() {
    return rows == labels.length;
  }

  int rows() {
    return rows;
  }

  void clear() {
    rows = 0;
    features.clear();
  }

  /** Passes each row on with its place, if rows were put one after another. */
  void forEach(Shape shape, RowConsumer consumer) {
    Features all = features.features();
    Rows copied = new Rows(shape.rowLength(), all, Arrays.copyOf(labels, rows));
    if (weights.length > 0) {
      copied = copied.withWeights(Arrays.copyOf(weights, rows));
    }
    for (int row = 0; row < rows; row++) {
      consumer.accept(places[row], copied, row);
    }
  }

  /** Bytes of the arrays of the features. */
  long featureMemory() {
    return features.memory();
  }

  /** Frees memory that the features do not need. */
  void trim() {
    features.trim();
  }

  /** Bytes of the rows in a file. */
  long bytes() {
    int others = 2 * Integer.BYTES + (weights.length > 0 ? Float.BYTES : 0);
    return (long) others * rows + features.bytes(rows);
  }

  void write(ByteBuffer out) {
    out.asIntBuffer().put(places, 0, rows).put(labels, 0, rows);
    out.position(out.position() + 2 * Integer.BYTES * rows);
    if (weights.length > 0) {
      out.asFloatBuffer().put(weights, 0, rows);
      out.position(out.position() + Float.BYTES * rows);
    }
    features.write(rows, out);
  }

  /** Reads more rows. */
  void read(ByteBuffer in, int more) {
    in.asIntBuffer().get(places, rows, more).get(labels, rows, more);
    in.position(in.position() + 2 * Integer.BYTES * more);
    if (weights.length > 0) {
      in.asFloatBuffer().get(weights, rows, more);
      in.position(in.position() + Float.BYTES * more);
    }
    features.read(in, rows, more);
    rows += more;
  }

  /** The rows as a block, which must be complete. It shares this memory. */
  Block block() {
    if (places.length == 0) {
      return Block.inOrder(features.features(), labels, weights, 0);
    }
    if (rowOfPlace.length == 0) {
      rowOfPlace = new int[labels.length];
    }
    for (int row = 0; row < rows; row++) {
      rowOfPlace[places[row]] = row;
    }
    return new Block(features.features(), labels, weights, 0, rowOfPlace);
  }
}
