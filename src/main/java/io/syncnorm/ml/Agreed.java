package io.syncnorm.ml;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The ranks' agreement on their rows, which rank 0 sends to the driver before the first epoch. If
 * the rows cannot be trained on, a refusal is sent instead.
 *
 * @param checksum 32-bit checksum of all rows and of their distribution over the ranks
 */
record Agreed(int classes, int batchSize, long trainingRows, long validationRows, long checksum) {
  /** Size in bytes of the largest encoded agreement or refusal. */
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

  /** Encodes a refusal: no rank can train. */
  static byte[] refusal(String why) {
    String cut = why.substring(0, Math.min(why.length(), LONGEST_REFUSAL));
    return ("r" + cut).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Decodes an agreement.
   *
   * @throws IllegalArgumentException with the refusal's message if it is a refusal, or if the bytes
   *     are invalid
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
        default -> throw new IllegalArgumentException("invalid report of a fit: kind=" + kind);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("invalid report of a fit: bytes=" + bytes.length, e);
    }
  }
}
