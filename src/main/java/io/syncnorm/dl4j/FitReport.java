package io.syncnorm.dl4j;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;

/**
 * What ranks send home of a fit besides its epoch, each behind a byte that says what it is.
 *
 * <pre>
 * 2 | timeline         from every rank, where statistics are collected
 * 3 | stored record    from every rank, what its listeners have stored
 * </pre>
 */
final class FitReport {
  private static final int TIMELINE = 2;
  private static final int RECORD = 3;

  private FitReport() {}

  /** Hears of reports as they are. */
  interface Reader {
    void timeline(int rank, DataInput in) throws IOException;

    void record(DataInput in) throws IOException;
  }

  @FunctionalInterface
  private interface Body {
    void writeTo(DataOutput out) throws IOException;
  }

  static byte[] of(Timeline timeline) {
    return encoded(TIMELINE, timeline::writeTo);
  }

  static byte[] of(StoredRecord stored) {
    return encoded(RECORD, stored::writeTo);
  }

  /**
   * @throws IllegalArgumentException if it is no such report
   */
  static void read(int rank, byte[] bytes, Reader reader) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int kind = in.read();
      switch (kind) {
        case TIMELINE -> reader.timeline(rank, in);
        case RECORD -> reader.record(in);
        default -> throw new IOException("no kind of report: kind=" + kind);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "rank %d sent what is no report of a fit: %s", rank, e.getMessage()),
          e);
    }
  }

  private static byte[] encoded(int kind, Body body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(kind);
      body.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }
}
