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
  private static final int BYTES = 1 + 2 * Integer.BYTES;

  private FirstStepReport() {}

  public static byte[] encode(Position from) {
    return ByteBuffer.allocate(BYTES).put(KIND).putInt(from.epoch()).putInt(from.step()).array();
  }

  /** Whether a report is one of these; other reports begin with another byte. */
  public static boolean isFirstStep(byte[] report) {
    return report.length == BYTES && report[0] == KIND;
  }

  /** The position from which the rank trains. */
  public static Position position(byte[] report) {
    ByteBuffer header = ByteBuffer.wrap(report);
    return new Position(header.getInt(1), header.getInt(1 + Integer.BYTES));
  }
}
