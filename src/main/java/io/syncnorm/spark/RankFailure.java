package io.syncnorm.spark;

import io.syncnorm.comm.PeerException;
import io.syncnorm.train.DivergedException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.shuffle.FetchFailedException;

/**
 * Why a rank could not go on, as it travels to the driver: words, and no object of any class.
 *
 * @param rank -1 where it is not known
 * @param stack the rank's stack trace, for diagnosis; empty where there is none
 */
record RankFailure(int rank, Kind kind, String message, String stack) {
  private static final int MAX_TEXT = 16_000;
  private static final int NO_RANK = -1;

  /** A rank that cannot join says why in the exception that Spark quotes. */
  private static final Pattern OWN_EXCEPTION =
      Pattern.compile("io\\.syncnorm\\.comm\\.PeerException: ([^\n]+)");

  /** What kind of failure it is, from the one that explains most to the one that explains least. */
  enum Kind {
    DIVERGED(0),
    OUT_OF_MEMORY(1),
    OTHER(2),
    /** Its process is gone, or cannot be reached. */
    LOST(3),
    /** It waited in vain for another rank, or was told to stop: no more than that one's loss. */
    CONSEQUENCE(3, 4);

    /** The smaller, the more it explains; among equals the first to arrive is the cause. */
    private final int order;

    private final int code;

    Kind(int code) {
      this(code, code);
    }

    Kind(int order, int code) {
      this.order = order;
      this.code = code;
    }

    private static Kind of(int code) throws IOException {
      for (Kind kind : values()) {
        if (kind.code == code) {
          return kind;
        }
      }
      throw new IOException("no kind of failure: code=" + code);
    }
  }

  static RankFailure of(int rank, Throwable cause) {
    StringWriter stack = new StringWriter();
    cause.printStackTrace(new PrintWriter(stack));
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new RankFailure(rank, kindOf(cause), message, stack.toString());
  }

  /** The same of a rank that was interrupted by then: whatever it was at, that is why it failed. */
  RankFailure afterInterruption() {
    return kind == Kind.OTHER ? new RankFailure(rank, Kind.CONSEQUENCE, message, stack) : this;
  }

  static RankFailure lost(int rank, String how) {
    return new RankFailure(
        rank, Kind.LOST, String.format(Locale.ROOT, "rank %d was lost: %s", rank, how), "");
  }

  /**
   * The same failure, told of a rank that hangs and that others have waited for in vain: who of
   * them was the first to give up says little.
   */
  RankFailure causedBy(List<RunningRanks.Place> hanging) {
    if (kind != Kind.CONSEQUENCE || hanging.isEmpty()) {
      return this;
    }
    RunningRanks.Place first = hanging.get(0);
    return lost(
        first.rank(),
        "executor %s on %s hangs and does not stop when told to; %s"
            .formatted(first.executor(), first.host(), message));
  }

  /** What Spark says when a rank ended before it could say anything itself. */
  static RankFailure bySpark(Exception jobFailure) {
    String text = String.valueOf(jobFailure.getMessage());
    Matcher own = OWN_EXCEPTION.matcher(text);
    if (own.find()) {
      return new RankFailure(NO_RANK, Kind.LOST, own.group(1), text);
    }
    boolean executorLost = text.contains("ExecutorLostFailure");
    return new RankFailure(
        NO_RANK,
        executorLost ? Kind.LOST : Kind.OTHER,
        "Spark ended the barrier job: " + text.lines().limit(2).collect(Collectors.joining(" ")),
        text);
  }

  /** Whether it explains more than another one does. */
  boolean explainsMoreThan(RankFailure other) {
    return kind.order < other.kind.order;
  }

  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(kind.code);
      out.writeUTF(shortened(message));
      out.writeUTF(shortened(stack));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  static RankFailure decode(int rank, byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return new RankFailure(rank, Kind.of(in.readInt()), in.readUTF(), in.readUTF());
    } catch (IOException e) {
      return new RankFailure(rank, Kind.OTHER, "it failed and could not say why: " + e, "");
    }
  }

  private static Kind kindOf(Throwable cause) {
    if (cause instanceof DivergedException) {
      return Kind.DIVERGED;
    }
    if (cause instanceof OutOfMemoryError) {
      return Kind.OUT_OF_MEMORY;
    }
    // Rows that a lost executor had dealt are missed by ranks that live: Spark deals them anew.
    return cause instanceof PeerException
            || cause instanceof CancellationException
            || cause instanceof FetchFailedException
        ? Kind.CONSEQUENCE
        : Kind.OTHER;
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(text.length(), MAX_TEXT));
  }
}
