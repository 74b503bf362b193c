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
import java.util.concurrent.CancellationException;

/**
 * Why a rank could not go on, as it travels to the driver: words, and no object of any class.
 *
 * @param stack the rank's stack trace, for diagnosis; empty where there is none
 */
record RankFailure(int rank, Kind kind, String message, String stack) {
  private static final int MAX_TEXT = 16_000;

  /** What kind of failure it is, from the one that explains most to the one that explains least. */
  enum Kind {
    DIVERGED(0),
    OUT_OF_MEMORY(1),
    OTHER(2),
    /** Its process is gone, or cannot be reached. */
    LOST(3),
    /** It waited for a rank that failed. */
    CONSEQUENCE(4);

    private final int code;

    Kind(int code) {
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
    return new RankFailure(
        rank, kindOf(cause), String.valueOf(cause.getMessage()), stack.toString());
  }

  static RankFailure lost(int rank, String how) {
    return new RankFailure(rank, Kind.LOST, "rank %d was lost: %s".formatted(rank, how), "");
  }

  /** Whether it explains more than another one does. */
  boolean explainsMoreThan(RankFailure other) {
    return kind.code < other.kind.code;
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
    return cause instanceof PeerException || cause instanceof CancellationException
        ? Kind.CONSEQUENCE
        : Kind.OTHER;
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(text.length(), MAX_TEXT));
  }
}
