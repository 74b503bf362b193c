package io.syncnorm.train.state;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * A part of a rank's state at a position, as a report to the driver. Parts keep the memory of the
 * driver small: every rank sends at the same time.
 *
 * <pre>
 * 's' [1] | epoch [4] | step [4] | offset in the state [8] | part of the state
 * </pre>
 */
public final class RankStateReport {
  private static final byte KIND = 's';
  private static final int OFFSET_AT = 1 + 2 * Integer.BYTES;
  private static final int HEADER = OFFSET_AT + Long.BYTES;

  /** Bytes of the largest report. */
  public static final int MAX_BYTES = 1 << 20;

  private RankStateReport() {}

  /**
   * Sends a rank's state.
   *
   * @param report sends one report; it may not keep the bytes
   */
  public static void send(Position position, RankState state, Consumer<byte[]> report) {
    try (DataOutputStream out = new DataOutputStream(new Parts(position, report))) {
      state.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  /** Whether a report that begins with this byte is a part of a rank's state. */
  public static boolean isStateReport(int first) {
    return first == KIND;
  }

  /**
   * The position of a report.
   *
   * @throws IllegalArgumentException if the report is shorter than its header
   */
  public static Position position(byte[] report) {
    if (report.length < HEADER) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "not a part of a rank's state: expected bytes>=%d, found bytes=%d",
              HEADER,
              report.length));
    }
    ByteBuffer header = ByteBuffer.wrap(report);
    return new Position(header.getInt(1), header.getInt(1 + Integer.BYTES));
  }

  /**
   * Writes the part in a report to its place.
   *
   * @param into the states at the report's position
   * @throws IllegalArgumentException if the rank has no such part
   */
  public static void receive(int rank, byte[] report, RankStates into) {
    long at = ByteBuffer.wrap(report).getLong(OFFSET_AT);
    into.write(rank, at, report, HEADER, report.length - HEADER);
  }

  /** Cuts a state into reports. */
  private static final class Parts extends OutputStream {
    private final Position position;
    private final Consumer<byte[]> report;
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
    private long sent;

    Parts(Position position, Consumer<byte[]> report) {
      this.position = position;
      this.report = report;
      begin();
    }

    private void begin() {
      buffer.clear().put(KIND).putInt(position.epoch()).putInt(position.step()).putLong(sent);
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) {
      for (int at = 0; at < length; ) {
        int taken = Math.min(buffer.remaining(), length - at);
        buffer.put(from, offset + at, taken);
        at += taken;
        if (!buffer.hasRemaining()) {
          send();
        }
      }
    }

    private void send() {
      byte[] bytes = new byte[buffer.position()];
      buffer.flip().get(bytes);
      report.accept(bytes);
      sent += bytes.length - HEADER;
      begin();
    }

    @Override
    public void close() {
      if (buffer.position() > HEADER) {
        send();
      }
    }
  }
}
