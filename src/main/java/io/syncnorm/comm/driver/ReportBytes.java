package io.syncnorm.comm.driver;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Enumeration;
import java.util.Locale;

/**
 * The bytes of a rank's report, in blocks: a report may be longer than an array. Not thread-safe.
 */
public final class ReportBytes {
  /**
   * Bytes of the largest block. To zero a new block holds up every thread of the JVM that reaches a
   * safepoint, here for some milliseconds. With its header it fills whole regions of G1, which does
   * not copy so large an object.
   */
  static final int MAX_BLOCK = (1 << 24) - 64;

  private static final int MIN_BLOCK = 1 << 12;

  /** Blocks with content; all but the last are full. */
  private final Deque<byte[]> blocks = new ArrayDeque<>();

  /** Blocks to be used next. */
  private final Deque<byte[]> spare = new ArrayDeque<>();

  private byte[] last = {};
  private int filled;
  private long length;

  /** Receives a part of a report. */
  @FunctionalInterface
  interface Part {
    /** Receives {@code count} bytes of an array, which the caller keeps. */
    void accept(byte[] bytes, int from, int count) throws IOException;
  }

  /** An empty report; its memory grows with what is written. */
  public ReportBytes() {
    this(0);
  }

  /**
   * An empty report.
   *
   * @param capacity bytes that are allocated now
   */
  public ReportBytes(long capacity) {
    for (long left = capacity; left > 0; left -= MAX_BLOCK) {
      spare.add(new byte[(int) Math.min(left, MAX_BLOCK)]);
    }
  }

  /** A report of these bytes, which are not copied. */
  public static ReportBytes of(byte[] bytes) {
    ReportBytes report = new ReportBytes();
    report.add(bytes);
    return report;
  }

  /** Appends a block with all of its bytes, which are not copied. */
  void add(byte[] block) {
    if (filled < last.length) {
      throw new IllegalStateException("the last block is not full");
    }
    blocks.add(block);
    last = block;
    filled = block.length;
    length += block.length;
  }

  /** Number of bytes. */
  public long length() {
    return length;
  }

  /** The first byte, which names the kind of the report; -1 if there is none. */
  public int first() {
    return length == 0 ? -1 : Byte.toUnsignedInt(blocks.element()[0]);
  }

  /** Appends what is written. */
  public OutputStream out() {
    return new OutputStream() {
      @Override
      public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int count) {
        for (int at = 0; at < count; ) {
          int next = Math.min(count - at, room());
          System.arraycopy(bytes, from + at, last, filled, next);
          written(next);
          at += next;
        }
      }
    };
  }

  /**
   * Appends the next bytes of a stream.
   *
   * @throws EOFException if it has fewer
   */
  void append(InputStream in, int count) throws IOException {
    for (int left = count; left > 0; ) {
      int next = Math.min(left, room());
      int got = in.readNBytes(last, filled, next);
      written(got);
      if (got < next) {
        throw new EOFException();
      }
      left -= next;
    }
  }

  /** The free bytes of the last block; begins another one if there are none. */
  private int room() {
    if (filled == last.length) {
      last = spare.isEmpty() ? new byte[nextLength()] : spare.remove();
      blocks.add(last);
      filled = 0;
    }
    return last.length - filled;
  }

  /** No block is larger than what has been written before. */
  private int nextLength() {
    return (int) Math.max(MIN_BLOCK, Math.min(MAX_BLOCK, length));
  }

  private void written(int count) {
    filled += count;
    length += count;
  }

  /** Passes the bytes on in order, in parts of at most {@code most}. They are kept. */
  void forEachPart(int most, Part each) throws IOException {
    for (byte[] block : blocks) {
      int end = block == last ? filled : block.length;
      for (int at = 0; at < end; at += most) {
        each.accept(block, at, Math.min(most, end - at));
      }
    }
  }

  /**
   * Returns a stream of the bytes, which frees each block when it has been read. A report can be
   * read once.
   */
  @SuppressWarnings("JdkObsolete") // SequenceInputStream takes nothing else
  public InputStream in() {
    return new SequenceInputStream(
        new Enumeration<>() {
          @Override
          public boolean hasMoreElements() {
            return !blocks.isEmpty();
          }

          @Override
          public InputStream nextElement() {
            byte[] block = blocks.remove();
            return new ByteArrayInputStream(block, 0, blocks.isEmpty() ? filled : block.length);
          }
        });
  }

  /**
   * Returns the bytes of a report of a kind that is short.
   *
   * @param most bytes of the longest report of its kind
   * @throws IllegalArgumentException if this one is longer
   */
  public byte[] toArray(int most) {
    if (length > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a report of kind=%d is too long: expected bytes<=%d, found bytes=%d",
              first(),
              most,
              length));
    }
    byte[] bytes = new byte[(int) length];
    int at = 0;
    for (byte[] block : blocks) {
      int count = Math.min(block.length, bytes.length - at);
      System.arraycopy(block, 0, bytes, at, count);
      at += count;
    }
    return bytes;
  }

  /** Forgets the bytes, and keeps the memory for the next ones. */
  public void clear() {
    spare.addAll(blocks);
    blocks.clear();
    last = new byte[0];
    filled = 0;
    length = 0;
  }
}
