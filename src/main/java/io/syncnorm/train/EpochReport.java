package io.syncnorm.train;

import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
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

    /** Called on rank 0 before each model with the time of a step, when it is known. */
    default void stepsTake(double seconds) {}

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

  /** Whether a report that begins with this byte is an epoch report. */
  public static boolean isEpochReport(int first) {
    return first == KIND || first == INSIDE;
  }

  /**
   * Reads a report. Its memory is freed while the snapshot is built.
   *
   * @param fresh a snapshot of the same network, which gives the expected lengths
   * @param hiddenLayers number of hidden layers of that network
   * @throws IllegalArgumentException if the bytes are not an epoch report of that network
   */
  public static EpochReport decode(ReportBytes bytes, Snapshot fresh, int hiddenLayers) {
    try (DataInputStream in = new DataInputStream(bytes.in())) {
      Optional<EpochResult> result =
          in.readByte() == KIND
              ? Optional.of(EpochResult.readFrom(in, hiddenLayers))
              : Optional.empty();
      EpochReport report = new EpochReport(result, Snapshot.readFrom(in, fresh));
      requireLength(report.encodedLength(), bytes.length());
      return report;
    } catch (EOFException e) {
      throw new IllegalArgumentException(
          "not an epoch report: it ends early, bytes=" + bytes.length(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("not an epoch report: " + e.getMessage(), e);
    }
  }

  private static void requireLength(long expected, long found) throws IOException {
    if (expected != found) {
      throw new IOException(
          String.format(Locale.ROOT, "expected bytes=%d, found bytes=%d", expected, found));
    }
  }

  /** Bytes that {@link #writeTo} writes. */
  long encodedLength() {
    long bytes = 1 + snapshot.encodedLength();
    return result.isPresent()
        ? bytes + EpochResult.encodedLength(result.get().layers().size())
        : bytes;
  }

  /** Maximum bytes of a report of the same training. */
  public static long maxEncodedLength(Snapshot snapshot, int hiddenLayers) {
    return 1 + EpochResult.encodedLength(hiddenLayers) + snapshot.maxEncodedLength();
  }
}
