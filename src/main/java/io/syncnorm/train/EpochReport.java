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
 * 'e' [1] | epoch result | snapshot
 * </pre>
 */
public record EpochReport(EpochResult result, Snapshot snapshot) {
  private static final byte KIND = 'e';

  public byte[] encode() {
    int hiddenLayers = result.layers().size();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encodedLength(snapshot, hiddenLayers));
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(KIND);
      result.writeTo(out);
      snapshot.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  /** Whether a rank's report is one of these: what else it sends begins with another byte. */
  public static boolean isOne(byte[] report) {
    return report.length > 0 && report[0] == KIND;
  }

  /**
   * @param fresh a snapshot of the same network, which says how long everything must be
   * @param hiddenLayers of that network
   * @throws IllegalArgumentException if the bytes are not such a report
   */
  public static EpochReport decode(byte[] bytes, Snapshot fresh, int hiddenLayers) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      in.skipNBytes(1);
      return new EpochReport(EpochResult.readFrom(in, hiddenLayers), Snapshot.readFrom(in, fresh));
    } catch (IOException e) {
      throw new IllegalArgumentException("not an epoch report: " + e.getMessage(), e);
    }
  }

  static int encodedLength(Snapshot snapshot, int hiddenLayers) {
    return encodedLength(reportable(snapshot, snapshot.encodedLength()), hiddenLayers);
  }

  /** Bytes of a report with a snapshot of so many, of a network with so many hidden layers. */
  public static int encodedLength(int snapshotBytes, int hiddenLayers) {
    return Math.addExact(1 + EpochResult.encodedLength(hiddenLayers), snapshotBytes);
  }

  /**
   * What the bytes of any report of the same training may come to.
   *
   * @throws IllegalArgumentException if they are more than a message can have
   */
  public static int mostEncodedLength(Snapshot snapshot, int hiddenLayers) {
    return encodedLength(reportable(snapshot, snapshot.mostEncodedLength()), hiddenLayers);
  }

  private static int reportable(Snapshot snapshot, long bytes) {
    return ModelSize.requireReportable(snapshot.parameters().length, bytes);
  }
}
