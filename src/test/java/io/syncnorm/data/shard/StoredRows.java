package io.syncnorm.data.shard;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import java.util.Arrays;

/** Reads a store as rows in memory, for tests. */
public final class StoredRows {
  private StoredRows() {}

  /** All rows of a dense store, by position. */
  public static Rows rows(RowStore store) {
    int count = Math.toIntExact(store.count());
    int length = store.rowLength();
    float[] features = new float[count * length];
    int[] labels = new int[count];
    float[] weights = new float[count];
    try (MiniBatches all = MiniBatches.inOrder(store, Math.max(1, count))) {
      all.startEpoch(0);
      all.next();
      System.arraycopy(all.features(), all.featuresAt(), features, 0, features.length);
      System.arraycopy(all.labels(), 0, labels, 0, count);
      System.arraycopy(all.weights(), 0, weights, 0, count);
    }
    Rows rows = new Rows(length, packed(store.shape().kind(), features), labels);
    return store.shape().isWeighted() ? rows.withWeights(weights) : rows;
  }

  private static Features packed(Shape.Kind kind, float[] features) {
    if (kind == Shape.Kind.FLOATS || kind == Shape.Kind.SPARSE) {
      return new Features.Floats(Arrays.copyOf(features, features.length));
    }
    int divisor = kind == Shape.Kind.PIXELS ? 255 : 1;
    byte[] bytes = new byte[features.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(features[i] * divisor);
    }
    return new Features.Bytes(bytes, divisor);
  }
}
