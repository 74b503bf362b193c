package io.syncnorm.train;

import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Rank 0's report to the driver, as plain numbers: after an epoch the result and the merged model,
 * inside an epoch the merged model.
 *
 * <pre>
 * 'e' [1] | epoch result | snapshot
 * 'i' [1] | snapshot
 * </pre>
 */
public record EpochReport(Optional<EpochResult> result, Snapshot snapshot) {
  private static final byte KIND = 'e';
  private static final byte INSIDE = 'i';

  /** A report at the end of an epoch. */
  public EpochReport(EpochResult result, Snapshot snapshot) {
    this(Optional.of(result), snapshot);
  }

  /** A report inside an epoch. */
  public EpochReport(Snapshot snapshot) {
    this(Optional.empty(), snapshot);
  }

  /** What rank 0 wants of a position at which ranks have one model; later ones include earlier. */
  public enum Wish {
    NONE(0),
    /** The model is to be reported. */
    REPORT(1),
    /** All ranks are to end there, when they have reported. */
    PAUSE(2);

    private final int code;

    Wish(int code) {
      this.code = code;
    }

    /** This wish as a number for an exchange: the largest of several includes the others. */
    double code() {
      return code;
    }

    static Wish of(double code) {
      return Arrays.stream(values()).filter(wish -> wish.code == code).findFirst().orElseThrow();
    }
  }

  /**
   * Receives what a rank reports, on the rank's thread. Parameters and slots are live arrays: they
   * do not change before {@link #await} returns.
   */
  @FunctionalInterface
  public interface Listener {
    /** Called on rank 0 at the end of an epoch with the result and the merged model. */
    void finished(EpochResult result, Snapshot merged);

    /** Called on rank 0 after its first step, with the position before the step. */
    default void began(Position from) {}

    /** Called on rank 0 inside an epoch with the merged model. */
    default void reached(Snapshot merged) {}

    /** Called on each rank that has something of its own, as {@link Snapshot#besides} says. */
    default void keeps(Position position, RankState own) {}

    /** Asked on rank 0 before a merge. The model at the end of an epoch is reported anyway. */
    default Wish wish(Position position) {
      return Wish.NONE;
    }

    /** Waits until the arrays of the last report are no longer needed. */
    default void await() {}
  }

  /** Writes the report. */
  public void writeTo(DataOutput out) throws IOException {
    out.writeByte(result.isPresent() ? KIND : INSIDE);
    if (result.isPresent()) {
      result.get().writeTo(out);
    }
    snapshot.writeTo(out);
  }

  /** Whether a rank's report is an epoch report; other reports begin with another byte. */
  public static boolean isEpochReport(byte[] report) {
    return report.length > 0 && (report[0] == KIND || report[0] == INSIDE);
  }

  /**
   * @param fresh a snapshot of the same network, which gives the expected lengths
   * @param hiddenLayers number of hidden layers of that network
   * @throws IllegalArgumentException if the bytes are not an epoch report of that network
   */
  public static EpochReport decode(byte[] bytes, Snapshot fresh, int hiddenLayers) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Optional<EpochResult> result =
          in.readByte() == KIND
              ? Optional.of(EpochResult.readFrom(in, hiddenLayers))
              : Optional.empty();
      return new EpochReport(result, Snapshot.readFrom(in, fresh));
    } catch (IOException e) {
      throw new IllegalArgumentException("not an epoch report: " + e.getMessage(), e);
    }
  }

  static int encodedLength(Snapshot snapshot, int hiddenLayers) {
    return encodedLength(reportable(snapshot, snapshot.encodedLength()), hiddenLayers);
  }

  /**
   * Bytes of a report with a snapshot of {@code snapshotBytes}, for a network with {@code
   * hiddenLayers} hidden layers.
   */
  public static int encodedLength(int snapshotBytes, int hiddenLayers) {
    return Math.addExact(1 + EpochResult.encodedLength(hiddenLayers), snapshotBytes);
  }

  /**
   * Maximum bytes of a report of the same training.
   *
   * @throws IllegalArgumentException if they exceed the size of a message
   */
  public static int maxEncodedLength(Snapshot snapshot, int hiddenLayers) {
    return encodedLength(reportable(snapshot, snapshot.maxEncodedLength()), hiddenLayers);
  }

  private static int reportable(Snapshot snapshot, long bytes) {
    return ModelSize.requireReportable(snapshot.parameters().length, bytes);
  }
}
