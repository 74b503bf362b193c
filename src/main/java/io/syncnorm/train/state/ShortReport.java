package io.syncnorm.train.state;

import java.nio.ByteBuffer;
import java.util.Locale;

/** Reads reports of a fixed length. */
final class ShortReport {
  private ShortReport() {}

  /**
   * @param what of what it is a report, for the message
   * @throws IllegalArgumentException if the report has another length
   */
  static ByteBuffer of(String what, byte[] report, int bytes) {
    if (report.length != bytes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "not a report of %s: expected bytes=%d, found bytes=%d",
              what,
              bytes,
              report.length));
    }
    return ByteBuffer.wrap(report);
  }
}
