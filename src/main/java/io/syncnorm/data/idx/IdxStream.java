package io.syncnorm.data.idx;

import io.syncnorm.data.DataException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;

/**
 * An open file, decompressed if its first two bytes are those of gzip. Reads big-endian numbers and
 * bodies of a given length, and reports every fault as a {@link DataException}. {@link IdxBlocks}
 * interprets the bytes.
 */
final class IdxStream implements Closeable {
  private static final int PIECE_BYTES = 1 << 16;
  private static final int GZIP_MAGIC = 0x1f8b;

  /**
   * Largest plausible compression ratio. Real image sets reach 2 to 8, so their arrays are
   * allocated once, at full size.
   */
  private static final int PLAUSIBLE_RATIO = 16;

  private final String file;
  private final StoredStream stored;
  private final InputStream content;
  private final byte[] piece = new byte[PIECE_BYTES];
  private long offset;

  /** Where the values start and end, once the header is known. */
  private long start;

  private long end;

  private IdxStream(StoredStream stored) throws IOException {
    this.file = stored.path();
    this.stored = stored;
    PushbackInputStream first = new PushbackInputStream(stored, 2);
    byte[] magic = new byte[2];
    int got = first.readNBytes(magic, 0, 2);
    first.unread(magic, 0, got);
    boolean packed = got == 2 && ((magic[0] & 0xff) << 8 | (magic[1] & 0xff)) == GZIP_MAGIC;
    content = packed ? new Gunzip(first, stored) : first;
  }

  private IdxStream(StoredStream stored, long offset) {
    this.file = stored.path();
    this.stored = stored;
    this.content = stored;
    this.offset = offset;
  }

  /** Opens a file of any Hadoop file system. */
  static IdxStream open(String path, Configuration hadoop) {
    StoredStream stored = StoredStream.open(path, hadoop);
    try {
      return new IdxStream(stored);
    } catch (IOException e) {
      DataException fault = Damage.found(stored.path(), 0, e);
      try {
        stored.close();
      } catch (IOException onClose) {
        fault.addSuppressed(onClose);
      }
      throw fault;
    }
  }

  /**
   * Opens a raw file at one of its values.
   *
   * @param header the file's header
   * @param index number of the value
   */
  static IdxStream openAt(String path, IdxHeader header, long index, Configuration hadoop) {
    long offset = header.bytes() + index * header.type().bytes();
    IdxStream in = new IdxStream(StoredStream.openAt(path, offset, hadoop), offset);
    in.start = header.bytes();
    in.end = header.fileBytes();
    return in;
  }

  /** Whether the file is compressed. */
  boolean isPacked() {
    return content instanceof Gunzip;
  }

  /** The size of the file as stored. */
  long storedBytes() {
    return stored.length();
  }

  /** The fully qualified path. */
  String file() {
    return file;
  }

  /** The number of unpacked bytes read so far. */
  long offset() {
    return offset;
  }

  /** Reads four bytes as a big-endian number; {@code what} names it in error messages. */
  int readInt(String what) {
    byte[] bytes = new byte[Integer.BYTES];
    long start = offset;
    int got = fill(bytes, 0, bytes.length);
    if (got < bytes.length) {
      throw Damage.inHeader(file, start, what, got);
    }
    return ByteBuffer.wrap(bytes).getInt();
  }

  /** States how long the file must be; to be called once, after its header is read. */
  void expect(IdxHeader header) {
    start = header.bytes();
    end = header.fileBytes();
  }

  /** Reads bytes. Memory grows with the bytes that are read, not with the header's claim. */
  byte[] readBytes(int size) {
    byte[] bytes = new byte[(int) Math.min(size, plausibleBytes())];
    int filled = require(bytes, 0, bytes.length);
    while (filled < size) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(size, 2L * bytes.length));
      filled += require(bytes, filled, bytes.length - filled);
    }
    return bytes;
  }

  private long plausibleBytes() {
    return Math.max(PIECE_BYTES, PLAUSIBLE_RATIO * stored.length());
  }

  /** Receives values one at a time. */
  interface ValueConsumer {
    /**
     * @param index number of the value in the file
     */
    void accept(long index, double value);
  }

  /** Reads values, and passes them on. */
  void readValues(IdxType type, long count, ValueConsumer consumer) {
    ByteBuffer values = ByteBuffer.wrap(piece);
    long index = (offset - start) / type.bytes();
    long until = index + count;
    while (index < until) {
      int got = require(piece, 0, (int) Math.min(piece.length, (until - index) * type.bytes()));
      for (int at = 0; at < got; at += type.bytes()) {
        consumer.accept(index++, type.value(values, at));
      }
    }
  }

  /**
   * Reads values in single precision.
   *
   * @throws DataException if one of these is not finite in single precision
   */
  float[] readFloats(IdxType type, int count) {
    long first = (offset - start) / type.bytes();
    float[][] floats = {new float[(int) Math.min(count, plausibleBytes() / type.bytes())]};
    readValues(
        type,
        count,
        (index, value) -> {
          int i = (int) (index - first);
          if (i == floats[0].length) {
            floats[0] = Arrays.copyOf(floats[0], (int) Math.min(count, 2L * i));
          }
          floats[0][i] = (float) value;
          if (!Float.isFinite(floats[0][i])) {
            throw DataException.at(
                "pixel is not finite",
                file,
                start + index * type.bytes(),
                "a finite number of magnitude at most 3.4e38",
                value + " at index " + index,
                "correct the file");
          }
        });
    return floats[0];
  }

  /**
   * Reads the rest of the file, which must have the length that its header states.
   *
   * @return provenance of the file
   */
  IdxFile finish() {
    while (offset < end) {
      require(piece, 0, (int) Math.min(piece.length, end - offset));
    }
    requireEnd();
    return new IdxFile(file, stored.sha256(), stored.count());
  }

  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException e) {
      throw Damage.found(file, offset, e);
    }
  }

  private int require(byte[] target, int from, int size) {
    int got = fill(target, from, size);
    if (got < size) {
      throw Damage.tooShort(file, end, offset);
    }
    return got;
  }

  private void requireEnd() {
    int got;
    do {
      got = fill(piece, 0, piece.length);
    } while (got == piece.length);
    if (offset > end) {
      throw Damage.tooLong(file, end, offset);
    }
    try {
      long rest = content instanceof Gunzip gunzip ? gunzip.drain() : 0;
      if (rest > 0) {
        throw Damage.afterGzip(file, end, rest);
      }
    } catch (IOException e) {
      throw Damage.found(file, offset, e);
    }
  }

  /** Reads {@code size} bytes, or fewer at the end of the file. */
  private int fill(byte[] target, int from, int size) {
    try {
      int filled = 0;
      while (filled < size) {
        int got = content.read(target, from + filled, size - filled);
        if (got < 0) {
          break;
        }
        filled += got;
        offset += got;
      }
      return filled;
    } catch (IOException e) {
      throw Damage.found(file, offset, e);
    }
  }
}
