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
 * The {@link RankState} of every rank that has one, on the driver, at one position. All have the
 * same length and lie in the order of their ranks in one file in {@code java.io.tmpdir}: together
 * they may be much larger than the driver's heap. The file has no name, so that it vanishes with
 * the process however that ends.
 *
 * <p>The file exists until every holder has released it; the creator is the first holder.
 * Thread-safe.
 */
public final class RankStates {
  /** No rank has a state of its own. */
  public static final RankStates NONE = new RankStates(RankState.Shape.NONE, 0, null);

  private static final int BLOCK = 1 << 16;

  private final RankState.Shape shape;
  private final int count;
  private final long stateBytes;

  /** Not a {@code FileChannel}, which an interrupt of one thread would close for all. */
  private final RandomAccessFile file;

  private long received;
  private int holders = 1;

  private RankStates(RankState.Shape shape, int count, RandomAccessFile file) {
    this.shape = shape;
    this.count = count;
    this.stateBytes = shape.bytes();
    this.file = file;
  }

  /**
   * Creates states that are still to be written.
   *
   * @throws UncheckedIOException if the file cannot be created
   */
  public static RankStates create(RankState.Shape shape, int world) {
    int count = shape.count(world);
    if (count == 0) {
      return NONE;
    }
    try {
      Path path = Files.createTempFile("syncnorm-ranks-", ".tmp");
      try {
        return new RankStates(shape, count, new RandomAccessFile(path.toFile(), "rw"));
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
  public static RankStates readFrom(InputStream in, RankState.Shape shape, int world)
      throws IOException {
    RankStates states = create(shape, world);
    byte[] block = new byte[BLOCK];
    for (int rank = shape.first(); rank < shape.first() + states.count; rank++) {
      for (long at = 0; at < states.stateBytes; at += BLOCK) {
        int length = (int) Math.min(BLOCK, states.stateBytes - at);
        if (in.readNBytes(block, 0, length) < length) {
          states.release();
          throw new IOException("the states of the ranks end early");
        }
        states.write(rank, at, block, 0, length);
      }
    }
    return states;
  }

  /** The number of ranks with a state. */
  public int count() {
    return count;
  }

  /** Whether these are the optimizers of so many ranks, with slots of these lengths. */
  public boolean fits(List<float[]> slots, int ranks) {
    return count == ranks && shape.slots().equals(slots.stream().map(slot -> slot.length).toList());
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
    if (!has(rank) || at < 0 || length < 0 || at > stateBytes - length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "not a part of a rank's state: expected rank=%d to %d and end<=%d, found rank=%d end=%d",
              shape.first(),
              shape.first() + count - 1,
              stateBytes,
              rank,
              at + length));
    }
    try {
      file.seek(placeOf(rank) + at);
      file.write(from, offset, length);
      received += length;
    } catch (IOException e) {
      throw unusable("cannot store", e);
    }
  }

  /** Whether a rank has a state. */
  public boolean has(int rank) {
    return rank >= shape.first() && rank < shape.first() + count;
  }

  private long placeOf(int rank) {
    return (rank - shape.first()) * stateBytes;
  }

  /** Reads the state of a rank. */
  public RankState state(int rank) {
    Objects.checkIndex(rank - shape.first(), count);
    try {
      return RankState.readFrom(new DataInputStream(new Region(placeOf(rank), stateBytes)), shape);
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
        "%s the states of the ranks in java.io.tmpdir=%s: %s; free disk space or set another folder with -Djava.io.tmpdir"
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
