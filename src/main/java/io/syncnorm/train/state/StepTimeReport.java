package io.syncnorm.train.state;

import java.nio.ByteBuffer;

/**
 * Rank 0's report to the driver of how long its steps take.
 *
 * <pre>
 * 't' [1] | seconds of a step [8]
 * </pre>
 */
public final class StepTimeReport {
  private static final byte KIND = 't';

  /** Bytes of the report. */
  public static final int BYTES = 1 + Double.BYTES;

  private StepTimeReport() {}

  public static byte[] encode(double secondsPerStep) {
    return ByteBuffer.allocate(BYTES).put(KIND).putDouble(secondsPerStep).array();
  }

  /** Whether a report that begins with this byte is one of these. */
  public static boolean isStepTime(int first) {
    return first == KIND;
  }

  /**
   * The time of a step in seconds.
   *
   * @throws IllegalArgumentException if the report has another length
   */
  public static double secondsPerStep(byte[] report) {
    return ShortReport.of("the time of a step", report, BYTES).getDouble(1);
  }
}
