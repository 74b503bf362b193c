package io.syncnorm.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What a rank sends home after an epoch: the result and the merged model, as plain numbers.
 *
 * <pre>
 * epoch [4] losses, accuracies [4 x 8] rows [8] times [5 x 8] | snapshot
 * </pre>
 */
public record EpochReport(EpochResult result, Snapshot snapshot) {
  private static final int RESULT_BYTES = 4 + 4 * 8 + 8 + 5 * 8;

  public byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(result.epoch());
      out.writeDouble(result.trainLoss());
      out.writeDouble(result.trainAccuracy());
      out.writeDouble(result.testLoss());
      out.writeDouble(result.testAccuracy());
      out.writeLong(result.rows());
      EpochResult.Times times = result.times();
      out.writeDouble(times.seconds());
      out.writeDouble(times.computeSeconds());
      out.writeDouble(times.syncSeconds());
      out.writeDouble(times.waitSeconds());
      out.writeDouble(times.averageSeconds());
      snapshot.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /**
   * @param fresh a snapshot of the same network, which says how long everything must be
   * @throws IllegalArgumentException if the bytes are not such a report
   */
  public static EpochReport decode(byte[] bytes, Snapshot fresh) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      EpochResult result =
          new EpochResult(
              in.readInt(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble(),
              in.readDouble(),
              in.readLong(),
              new EpochResult.Times(
                  in.readDouble(),
                  in.readDouble(),
                  in.readDouble(),
                  in.readDouble(),
                  in.readDouble()));
      return new EpochReport(result, Snapshot.readFrom(in, fresh));
    } catch (IOException e) {
      throw new IllegalArgumentException("not an epoch report: " + e.getMessage(), e);
    }
  }

  /** Bytes of a report with such a snapshot. */
  public static int encodedLength(Snapshot snapshot) {
    return Math.addExact(RESULT_BYTES, snapshot.encodedLength());
  }
}
