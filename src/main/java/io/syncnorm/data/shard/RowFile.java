package io.syncnorm.data.shard;

import io.syncnorm.data.DataException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The blocks of a store that are on disk, in one file that has no name: it is deleted while it is
 * open, so that it vanishes with the process however that ends. A block is a sequence of chunks.
 * Dense blocks lie next to each other, with their chunks in the order of arrival; the chunks of
 * sparse blocks lie where the file ended.
 *
 * <p>It is no {@code FileChannel}, which an interrupt of one rank would close for all. Thread-safe.
 */
final class RowFile implements AutoCloseable {
  /**
   * Bytes of a read or a write; the copy that Java makes of them stays in the processor's cache.
   */
  private static final int SLICE = 1 << 16;

  /** The place of a block without a region of its own: the end of the file. */
  static final long AT_END = -1;

  private final Path folder;
  private final RandomAccessFile file;
  private final long bytesNeeded;
  private final Chunks[] chunks;
  private byte[] array = {};
  private long end;
  private long written;

  /** The chunks of a block. */
  private static final class Chunks {
    private long[] offsets = new long[4];
    private int[] rows = new int[4];
    private int[] bytes = new int[4];
    private int count;

    void add(long offset, int newRows, int newBytes) {
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * count);
        rows = Arrays.copyOf(rows, 2 * count);
        bytes = Arrays.copyOf(bytes, 2 * count);
      }
      offsets[count] = offset;
      rows[count] = newRows;
      bytes[count++] = newBytes;
    }

    long bytes() {
      return Arrays.stream(bytes, 0, count).asLongStream().sum();
    }

    long end() {
      return count == 0 ? 0 : offsets[count - 1] + bytes[count - 1];
    }
  }

  /**
   * @param file open for reading and writing
   * @param bytesNeeded expected size
   */
  RowFile(Path folder, RandomAccessFile file, int blocks, long bytesNeeded) {
    this.folder = folder;
    this.file = file;
    this.bytesNeeded = bytesNeeded;
    this.chunks = new Chunks[blocks];
    Arrays.setAll(chunks, block -> new Chunks());
  }

  /**
   * Creates a file without a name.
   *
   * @throws io.syncnorm.data.DataException if that fails
   */
  static RowFile in(Path folder, int blocks, long bytesNeeded) {
    try {
      Path path = Files.createTempFile(folder, "syncnorm-rows-", ".tmp");
      try {
        return new RowFile(folder, new RandomAccessFile(path.toFile(), "rw"), blocks, bytesNeeded);
      } finally {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw failure("cannot create a file for rows", folder, bytesNeeded, e);
    }
  }

  /**
   * Appends rows to a block.
   *
   * @param regionStart where the block lies, or {@link #AT_END}
   * @throws io.syncnorm.data.DataException if that fails
   */
  synchronized void append(int block, BlockBuffer rows, long regionStart) {
    int bytes = Math.toIntExact(rows.bytes());
    rows.write(buffer(bytes));
    Chunks own = chunks[block];
    long offset = regionStart == AT_END ? end : Math.max(regionStart, own.end());
    try {
      file.seek(offset);
      for (int at = 0; at < bytes; at += SLICE) {
        file.write(array, at, Math.min(SLICE, bytes - at));
      }
    } catch (IOException e) {
      throw failure("cannot write rows to disk", folder, bytesNeeded - written, e);
    }
    own.add(offset, rows.rows(), bytes);
    end = Math.max(end, offset + bytes);
    written += bytes;
  }

  /**
   * Reads all rows of a block.
   *
   * @throws io.syncnorm.data.DataException if that fails
   */
  synchronized void read(int block, BlockBuffer into) {
    Chunks own = chunks[block];
    into.clear();
    try {
      for (int i = 0; i < own.count; i++) {
        ByteBuffer chunk = buffer(own.bytes[i]);
        file.seek(own.offsets[i]);
        for (int at = 0; at < own.bytes[i]; at += SLICE) {
          file.readFully(array, at, Math.min(SLICE, own.bytes[i] - at));
        }
        into.read(chunk, own.rows[i]);
      }
    } catch (IOException e) {
      throw failure("cannot read rows from disk", folder, 0, e);
    }
  }

  /** Bytes of the largest block. */
  synchronized long largestBlock() {
    return Arrays.stream(chunks).mapToLong(Chunks::bytes).max().orElse(0);
  }

  /** Bytes of the memory through which rows are read and written. */
  synchronized long memory() {
    return array.length;
  }

  /** The array of this file, with at least so many bytes. */
  private ByteBuffer buffer(int bytes) {
    if (array.length < bytes) {
      array = new byte[bytes];
    }
    return ByteBuffer.wrap(array).order(ByteOrder.nativeOrder());
  }

  private static DataException failure(String what, Path folder, long needed, IOException cause) {
    String free;
    try {
      free = Files.getFileStore(folder).getUsableSpace() + " bytes free";
    } catch (IOException e) {
      free = "no access to the folder";
    }
    return DataException.of(
        what + " (" + cause + ")",
        folder.toString(),
        Math.max(0, needed) + " more bytes free",
        free,
        "free disk space, use local folders on a larger disk, or increase data.memory so that more"
            + " rows stay in memory",
        cause);
  }

  @Override
  public synchronized void close() {
    try {
      file.close();
    } catch (IOException ignored) {
      // Nothing that anyone still reads was lost.
    }
  }
}
