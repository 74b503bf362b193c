package io.syncnorm.ml;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What the ranks have agreed on when they have their rows; rank 0 sends it to the driver before the
 * first epoch. Where these rows cannot be trained on, a refusal comes in its place.
 *
 * @param checksum of all rows and of where they are, 32 bits
 */
record Agreed(int classes, int batchSize, long trainingRows, long validationRows, long checksum) {
  /** Bytes of the largest that is encoded, refusals too. */
  static final int MAX_BYTES = 1 << 16;

  private static final int LONGEST_REFUSAL = 16_000;

  byte[] encode() {
    return ByteBuffer.allocate(1 + 2 * Integer.BYTES + 3 * Long.BYTES)
        .put((byte) 'a')
        .putInt(classes)
        .putInt(batchSize)
        .putLong(trainingRows)
        .putLong(validationRows)
        .putLong(checksum)
        .array();
  }

  /** What is sent where no rank can train. */
  static byte[] refusal(String why) {
    String cut = why.substring(0, Math.min(why.length(), LONGEST_REFUSAL));
    return ("r" + cut).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * @throws IllegalArgumentException if it is a refusal, in its words; or no such report at all
   */
  static Agreed decode(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int kind = in.get();
      switch (kind) {
        case 'r' ->
            throw new IllegalArgumentException(StandardCharsets.UTF_8.decode(in).toString());
        case 'a' -> {
          return new Agreed(in.getInt(), in.getInt(), in.getLong(), in.getLong(), in.getLong());
        }
        default -> throw new IllegalArgumentException("not a report of a fit: kind=" + kind);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("not a report of a fit: bytes=" + bytes.length, e);
    }
  }
}
