package io.syncnorm.spark.ranks;

import io.syncnorm.comm.PeerException;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.slots.RunningHosts;
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
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.shuffle.FetchFailedException;

/**
 * The reason why a rank cannot continue, as sent to the driver: text only, no serialized objects.
 *
 * @param rank -1 if it is not known
 * @param stack the rank's stack trace, for diagnosis; empty if there is none
 */
record RankFailure(int rank, Kind kind, String message, String stack) {
  private static final int MAX_TEXT = 16_000;
  private static final int NO_RANK = -1;

  /** The reason of a rank that cannot join, in the exception that Spark quotes. */
  private static final Pattern OWN_EXCEPTION =
      Pattern.compile("io\\.syncnorm\\.comm\\.PeerException: ([^\n]+)");

  /** The kind of failure, from the one that explains most to the one that explains least. */
  enum Kind {
    DIVERGED(0),
    OUT_OF_MEMORY(1),
    OTHER(2),
    /** The rank's process has ended or cannot be reached. */
    LOST(3),
    /** The rank was told to stop, or another one ended: only that rank's loss explains it. */
    CONSEQUENCE(3, 4),
    /** The rank timed out waiting for another one: only that rank's loss explains it. */
    TIMED_OUT(3, 5);

    /** The smaller, the more the failure explains; of equals, the first to arrive is the cause. */
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
      throw new IOException("unknown kind of failure: code=" + code);
    }
  }

  static RankFailure of(int rank, Throwable cause) {
    StringWriter stack = new StringWriter();
    cause.printStackTrace(new PrintWriter(stack));
    String message = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    return new RankFailure(rank, kindOf(cause), message, stack.toString());
  }

  /** This failure for a rank that was interrupted before it failed: the interrupt is the reason. */
  RankFailure afterInterruption() {
    return kind == Kind.OTHER ? new RankFailure(rank, Kind.CONSEQUENCE, message, stack) : this;
  }

  static RankFailure lost(int rank, String how) {
    return new RankFailure(
        rank, Kind.LOST, String.format(Locale.ROOT, "rank %d was lost: %s", rank, how), "");
  }

  /**
   * Says which rank was lost, as {@link HostsEvent#why}.
   *
   * @param failure of the ranks, if they reported one
   */
  static String loss(Optional<RankFailure> failure) {
    return failure
        .filter(each -> each.kind == Kind.LOST && each.rank >= 0)
        .map(each -> String.format(Locale.ROOT, "rank %d was lost", each.rank))
        .orElse("a rank was lost");
  }

  /**
   * This failure, attributed to a rank that does not respond if others timed out waiting for it:
   * which of them timed out first says little.
   */
  RankFailure causedBy(List<RunningHosts.Place> unresponsive) {
    boolean isConsequence = kind == Kind.CONSEQUENCE || kind == Kind.TIMED_OUT;
    if (!isConsequence || unresponsive.isEmpty()) {
      return this;
    }
    RunningHosts.Place first = unresponsive.get(0);
    return lost(
        first.rank(),
        "executor %s on %s does not respond and does not stop when told to; %s"
            .formatted(first.executor(), first.host(), message));
  }

  /** The failure that Spark reports when a rank ended before it could report its own. */
  static RankFailure bySpark(Exception jobFailure) {
    String text = String.valueOf(jobFailure.getMessage());
    Matcher own = OWN_EXCEPTION.matcher(text);
    if (own.find()) {
      return new RankFailure(NO_RANK, Kind.LOST, own.group(1), text);
    }
    return new RankFailure(
        NO_RANK,
        Jobs.hasLostExecutor(jobFailure) ? Kind.LOST : Kind.OTHER,
        "Spark ended the job of the ranks: "
            + text.lines().limit(2).collect(Collectors.joining(" ")),
        text);
  }

  /** Whether this failure explains more than another one. */
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
      return new RankFailure(
          rank, Kind.OTHER, "the rank failed and its report could not be read: " + e, "");
    }
  }

  private static Kind kindOf(Throwable cause) {
    if (cause instanceof DivergedException) {
      return Kind.DIVERGED;
    }
    if (cause instanceof OutOfMemoryError) {
      return Kind.OUT_OF_MEMORY;
    }
    if (cause instanceof PeerException peer && peer.isTimeout()) {
      return Kind.TIMED_OUT;
    }
    // Ranks that miss rows dealt by a lost executor did not fail themselves: Spark deals them
    // again.
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
