package io.syncnorm.data.shard;

import io.syncnorm.data.Features;

/**
 * A block of a shard in memory. Read only.
 *
 * @param weights of the rows; empty if rows have no weights
 * @param first row of the first place in the arrays, if rows are in the order of their places
 * @param rowOfPlace row of each place in the arrays; empty if rows are in the order of their places
 */
record Block(Features features, int[] labels, float[] weights, int first, int[] rowOfPlace) {
  private static final int[] IN_ORDER = {};

  /** A block whose rows are in the order of their places. */
  static Block inOrder(Features features, int[] labels, float[] weights, int first) {
    return new Block(features, labels, weights, first, IN_ORDER);
  }

  boolean isInOrder() {
    return rowOfPlace.length == 0;
  }

  /** The row of a place in the arrays. */
  int row(int place) {
    return isInOrder() ? first + place : rowOfPlace[place];
  }
}
