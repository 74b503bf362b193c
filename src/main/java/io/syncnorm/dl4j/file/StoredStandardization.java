package io.syncnorm.dl4j.file;

import io.syncnorm.dl4j.fused.NotFusedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * Reads and writes ND4J's binary format of a {@code NormalizerStandardize} of features, without
 * ND4J's native library:
 *
 * <pre>
 * UTF NORMALIZER | int 1 | UTF STANDARDIZE | boolean: are labels normalized
 * means | standard deviations
 * </pre>
 *
 * @param means one per feature, a {@link StoredRow}
 * @param deviations standard deviations, one per feature, a {@link StoredRow}
 */
record StoredStandardization(float[] means, float[] deviations) {
  private static final String HEADER = "NORMALIZER";
  private static final int VERSION = 1;
  private static final String TYPE = "STANDARDIZE";

  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      out.writeUTF(HEADER);
      out.writeInt(VERSION);
      out.writeUTF(TYPE);
      out.writeBoolean(false);
      StoredRow.write(means, out);
      StoredRow.write(deviations, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // it is written to memory
    }
    return bytes.toByteArray();
  }

  /**
   * Reads a stored normalizer.
   *
   * @throws NotFusedException if it is of another type, normalizes labels, or has doubles
   */
  static StoredStandardization read(byte[] stored) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored));
    if (!in.readUTF().equals(HEADER)) {
      throw new IOException("its normalizer cannot be read: it does not begin with " + HEADER);
    }
    int version = in.readInt();
    if (version != VERSION) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "its normalizer cannot be read: expected version=%d, found version=%d",
              VERSION,
              version));
    }
    String type = in.readUTF();
    if (!type.equals(TYPE) || in.readBoolean()) {
      throw new NotFusedException("its normalizer is of type " + type);
    }
    int most = stored.length / Float.BYTES;
    return new StoredStandardization(StoredRow.read(in, most), StoredRow.read(in, most));
  }
}
