package io.syncnorm.spark.source;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;

/**
 * 64-bit hashes of rows (XXH64): of the label, the weight, and the index and value of each feature
 * other than 0. Equal rows have equal hashes however they are packed. Counts what it sees.
 */
final class RowHasher {
  private static final XXHash64 HASH = XXHashFactory.fastestJavaInstance().hash64();
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int HEAD_BYTES = 8;

  /** Bytes that are hashed for a feature: its index and its value. */
  private static final int FEATURE_BYTES = 8;

  /** The scale of bytes: 255 if they are pixels. */
  private final int divisor;

  /** What is hashed of the current row; {@code end} bytes of it are filled. */
  private byte[] row = new byte[1 << 12];

  private int end;
  private float[] features = {};
  private final float[] featureOfByte = new float[256];
  private long nonzeros;
  private boolean areBytes = true;

  RowHasher(boolean isPixels) {
    this.divisor = isPixels ? 255 : 1;
    for (int i = 0; i < featureOfByte.length; i++) {
      featureOfByte[i] = i / (float) divisor;
    }
  }

  long hash(Rows rows, int index) {
    INTS.set(row, 0, rows.label(index));
    INTS.set(row, Integer.BYTES, Float.floatToIntBits(rows.weight(index)));
    end = HEAD_BYTES;
    int length = rows.rowLength();
    if (rows.features() instanceof Features.Bytes bytes && bytes.divisor() == divisor) {
      addBytes(bytes.values(), index * length, length);
    } else if (rows.features() instanceof Features.Sparse sparse) {
      for (int k = sparse.rowStarts()[index]; k < sparse.rowStarts()[index + 1]; k++) {
        addFeature(sparse.columns()[k], sparse.values()[k]);
      }
    } else {
      addFeatures(rows.features(), (long) index * length, length);
    }
    nonzeros += (end - HEAD_BYTES) / FEATURE_BYTES;
    return HASH.hash(row, 0, end, 0);
  }

  /**
   * Adds eight values at a time. Most pixels of most images are 0, so eight zeros are passed over.
   * Among others each value is written, and kept if it is not 0: a branch would often be
   * mispredicted.
   */
  private void addBytes(byte[] values, int from, int length) {
    float[] table = featureOfByte; // locals keep the loads of the fields out of the loop
    byte[] into = row;
    int at = end;
    for (int i = 0; i < length; i += Long.BYTES) {
      if (i + Long.BYTES <= length && (long) LONGS.get(values, from + i) == 0) {
        continue;
      }
      if (at + Long.BYTES * FEATURE_BYTES > into.length) {
        into = Arrays.copyOf(into, 2 * into.length);
      }
      int until = Math.min(length, i + Long.BYTES);
      for (int j = i; j < until; j++) {
        int value = values[from + j] & 0xff;
        LONGS.set(into, at, entry(j, table[value]));
        at += (-value >>> (Integer.SIZE - 1)) * FEATURE_BYTES;
      }
    }
    row = into;
    end = at;
  }

  private void addFeatures(Features values, long from, int length) {
    if (features.length != length) {
      features = new float[length];
    }
    values.copyTo(from, features, 0, length);
    for (int i = 0; i < length; i++) {
      addFeature(i, features[i]);
    }
  }

  private void addFeature(int index, float value) {
    if (value != 0) {
      add(index, value);
      areBytes = areBytes && isByte(value);
    }
  }

  private void add(int index, float value) {
    if (end + FEATURE_BYTES > row.length) {
      row = Arrays.copyOf(row, 2 * row.length);
    }
    LONGS.set(row, end, entry(index, value));
    end += FEATURE_BYTES;
  }

  private static long entry(int index, float value) {
    return ((long) index << Integer.SIZE) | (Float.floatToRawIntBits(value) & 0xffff_ffffL);
  }

  private boolean isByte(float value) {
    int whole = Math.round(value * divisor);
    return whole >= 0 && whole <= 255 && value == featureOfByte[whole];
  }

  /** Whether every feature so far is a byte, scaled. */
  boolean areBytes() {
    return areBytes;
  }

  /** Returns the number of features other than 0, and restarts counting. */
  long takeNonzeros() {
    long taken = nonzeros;
    nonzeros = 0;
    return taken;
  }
}
