package io.syncnorm.train.state;

import java.nio.ByteBuffer;

/**
 * Rank 0's report to the driver that its first step is done.
 *
 * <pre>
 * 'f' [1] | epoch [4] | step [4]      the position before the step
 * </pre>
 */
public final class FirstStepReport {
  private static final byte KIND = 'f';

  /** Bytes of the report. */
  public static final int BYTES = 1 + 2 * Integer.BYTES;

  private FirstStepReport() {}

  public static byte[] encode(Position from) {
    return ByteBuffer.allocate(BYTES).put(KIND).putInt(from.epoch()).putInt(from.step()).array();
  }

  /** Whether a report that begins with this byte is one of these. */
  public static boolean isFirstStep(int first) {
    return first == KIND;
  }

  /**
   * The position from which the rank trains.
   *
   * @throws IllegalArgumentException if the report has another length
   */
  public static Position position(byte[] report) {
    ByteBuffer header = ShortReport.of("the first step", report, BYTES);
    return new Position(header.getInt(1), header.getInt(1 + Integer.BYTES));
  }
}
