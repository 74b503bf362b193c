package io.syncnorm.train.state;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The {@link RankState} of every rank but the first, on the driver, after one epoch. Rank 0's is
 * part of the snapshot. All have the same length and lie in the order of their ranks in one file in
 * {@code java.io.tmpdir}: together they may be much larger than the driver's heap. The file has no
 * name, so that it vanishes with the process however that ends.
 *
 * <p>The file exists until every holder has released it; the creator is the first holder.
 * Thread-safe.
 */
public final class RankStates {
  /** No rank has a state of its own. */
  public static final RankStates NONE = new RankStates(0, 0, null);

  private static final int BLOCK = 1 << 16;

  private final int count;
  private final long stateBytes;

  /** Not a {@code FileChannel}, which an interrupt of one thread would close for all. */
  private final RandomAccessFile file;

  private long received;
  private int holders = 1;

  private RankStates(int count, long stateBytes, RandomAccessFile file) {
    this.count = count;
    this.stateBytes = stateBytes;
    this.file = file;
  }

  /**
   * Creates states that are still to be written.
   *
   * @param count number of ranks without the first
   * @param stateBytes bytes of one state
   * @throws UncheckedIOException if the file cannot be created
   */
  public static RankStates create(int count, long stateBytes) {
    if (count == 0) {
      return NONE;
    }
    try {
      Path path = Files.createTempFile("syncnorm-ranks-", ".tmp");
      try {
        return new RankStates(count, stateBytes, new RandomAccessFile(path.toFile(), "rw"));
      } finally {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw unusable("cannot store", e);
    }
  }

  /**
   * Copies states that {@link #writeTo} wrote.
   *
   * @throws IOException if the stream ends early
   */
  public static RankStates readFrom(InputStream in, int count, long stateBytes) throws IOException {
    RankStates states = create(count, stateBytes);
    byte[] block = new byte[BLOCK];
    for (int rank = 1; rank <= count; rank++) {
      for (long at = 0; at < stateBytes; at += BLOCK) {
        int length = (int) Math.min(BLOCK, stateBytes - at);
        if (in.readNBytes(block, 0, length) < length) {
          states.release();
          throw new IOException("the states of the ranks end early");
        }
        states.write(rank, at, block, 0, length);
      }
    }
    return states;
  }

  /** The number of ranks with a state: all but the first, or none. */
  public int count() {
    return count;
  }

  /** Bytes of all states. */
  public long bytes() {
    return count * stateBytes;
  }

  /** Whether as many bytes as the states have were written. */
  public synchronized boolean isComplete() {
    return received == bytes();
  }

  /**
   * Writes a part of a rank's state. Each part is written once.
   *
   * @param at offset in the state
   * @throws IllegalArgumentException if the rank has no such part
   * @throws UncheckedIOException if the disk is full
   */
  public synchronized void write(int rank, long at, byte[] from, int offset, int length) {
    if (rank < 1 || rank > count || at < 0 || length < 0 || at > stateBytes - length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "not a part of a rank's state: expected rank=1 to %d and end<=%d, found rank=%d end=%d",
              count,
              stateBytes,
              rank,
              at + length));
    }
    try {
      file.seek((rank - 1) * stateBytes + at);
      file.write(from, offset, length);
      received += length;
    } catch (IOException e) {
      throw unusable("cannot store", e);
    }
  }

  /**
   * Reads the state of a rank.
   *
   * @param like slots of the same optimizer, which give the lengths
   */
  public RankState state(int rank, List<float[]> like) {
    Objects.checkIndex(rank - 1, count);
    try {
      return RankState.readFrom(
          new DataInputStream(new Region((rank - 1) * stateBytes, stateBytes)), like);
    } catch (IOException e) {
      throw unusable("cannot read", e);
    }
  }

  /** Writes all states, in the order of their ranks. */
  public void writeTo(OutputStream out) throws IOException {
    new Region(0, bytes()).transferTo(out);
  }

  /** Adds a holder. */
  public synchronized RankStates retain() {
    holders++;
    return this;
  }

  /** Removes a holder; without any the file is freed. */
  public synchronized void release() {
    holders--;
    if (holders == 0 && file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw unusable("cannot close", e);
      }
    }
  }

  private synchronized int read(long at, byte[] into, int offset, int length) throws IOException {
    file.seek(at);
    return file.read(into, offset, length);
  }

  private static UncheckedIOException unusable(String problem, IOException cause) {
    return new UncheckedIOException(
        "%s the optimizers of the ranks in java.io.tmpdir=%s: %s; free disk space or set another folder with -Djava.io.tmpdir (training.averaging.optimizer-state = keep)"
            .formatted(problem, System.getProperty("java.io.tmpdir"), cause.getMessage()),
        cause);
  }

  /** A part of the file. */
  private final class Region extends InputStream {
    private long at;
    private final long end;

    Region(long from, long length) {
      this.at = from;
      this.end = from + length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (at == end) {
        return -1;
      }
      int got = RankStates.this.read(at, into, offset, (int) Math.min(length, end - at));
      at += Math.max(0, got);
      return got;
    }
  }
}
