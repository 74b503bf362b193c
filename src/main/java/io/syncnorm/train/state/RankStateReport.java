package io.syncnorm.train.state;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A part of a rank's state after an epoch, as a report to the driver. Parts keep the memory of the
 * driver small: every rank sends at the same time.
 *
 * <pre>
 * 's' [1] | epoch [4] | offset in the state [8] | part of the state
 * </pre>
 */
public final class RankStateReport {
  private static final byte KIND = 's';
  private static final int HEADER = 1 + Integer.BYTES + Long.BYTES;

  /** Bytes of the largest report. */
  public static final int MAX_BYTES = 1 << 20;

  private RankStateReport() {}

  /**
   * Sends a rank's state.
   *
   * @param report sends one report; it may not keep the bytes
   */
  public static void send(int epoch, RankState state, Consumer<byte[]> report) {
    try (DataOutputStream out = new DataOutputStream(new Parts(epoch, report))) {
      state.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  /** Whether a rank's report is a part of its state; other reports begin with another byte. */
  public static boolean isStateReport(byte[] report) {
    return report.length >= HEADER && report[0] == KIND;
  }

  /** The epoch of a report. */
  public static int epoch(byte[] report) {
    return ByteBuffer.wrap(report).getInt(1);
  }

  /**
   * Writes the part in a report to its place.
   *
   * @param into the states after the report's epoch
   * @throws IllegalArgumentException if the rank has no such part
   */
  public static void receive(int rank, byte[] report, RankStates into) {
    long at = ByteBuffer.wrap(report).getLong(1 + Integer.BYTES);
    into.write(rank, at, report, HEADER, report.length - HEADER);
  }

  /** Cuts a state into reports. */
  private static final class Parts extends OutputStream {
    private final int epoch;
    private final Consumer<byte[]> report;
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
    private long sent;

    Parts(int epoch, Consumer<byte[]> report) {
      this.epoch = epoch;
      this.report = report;
      begin();
    }

    private void begin() {
      buffer.clear().put(KIND).putInt(epoch).putLong(sent);
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
