package io.syncnorm.ml;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What ranks send the driver of their rows, before they train. */
sealed interface FitReport {
  /** These rows cannot be trained on; no rank trains. */
  record Refusal(String message) implements FitReport {}

  /**
   * What the ranks have agreed on; comes from rank 0 before the first epoch.
   *
   * @param checksum of all rows and of where they are, 32 bits
   */
  record Agreed(int classes, int batchSize, long trainingRows, long validationRows, long checksum)
      implements FitReport {}

  /** Bytes of the largest that is encoded. */
  int MAX_BYTES = 1 << 16;

  default byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      if (this instanceof Refusal refusal) {
        out.writeByte('r');
        out.writeUTF(refusal.message().substring(0, Math.min(refusal.message().length(), 16_000)));
      } else {
        Agreed agreed = (Agreed) this;
        out.writeByte('a');
        out.writeInt(agreed.classes());
        out.writeInt(agreed.batchSize());
        out.writeLong(agreed.trainingRows());
        out.writeLong(agreed.validationRows());
        out.writeLong(agreed.checksum());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalArgumentException if the bytes are not such a report
   */
  static FitReport decode(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int kind = in.readUnsignedByte();
      return switch (kind) {
        case 'r' -> new Refusal(in.readUTF());
        case 'a' ->
            new Agreed(in.readInt(), in.readInt(), in.readLong(), in.readLong(), in.readLong());
        default -> throw new IOException("kind=" + kind);
      };
    } catch (IOException e) {
      throw new IllegalArgumentException("not a report of a fit: " + e.getMessage(), e);
    }
  }
}
