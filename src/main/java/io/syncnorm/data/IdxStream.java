package io.syncnorm.data;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;

/**
 * An open file, decompressed if its first two bytes are those of gzip. Reads big-endian numbers and
 * bodies of a given length, and reports every fault as a {@link DataException}. {@link IdxReader}
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

  private static final String COPY_AGAIN =
      "the file is damaged or incomplete: copy it again and compare its SHA-256";

  private final String file;
  private final StoredStream stored;
  private final InputStream content;
  private final byte[] piece = new byte[PIECE_BYTES];
  private long offset;

  private IdxStream(StoredStream stored) throws IOException {
    this.file = stored.path();
    this.stored = stored;
    PushbackInputStream start = new PushbackInputStream(stored, 2);
    byte[] magic = new byte[2];
    int got = start.readNBytes(magic, 0, 2);
    start.unread(magic, 0, got);
    boolean packed = got == 2 && ((magic[0] & 0xff) << 8 | (magic[1] & 0xff)) == GZIP_MAGIC;
    content = packed ? new Gunzip(start, stored) : start;
  }

  /** Opens a file of any Hadoop file system. */
  static IdxStream open(String path, Configuration hadoop) {
    StoredStream stored = StoredStream.open(path, hadoop);
    try {
      return new IdxStream(stored);
    } catch (IOException e) {
      DataException fault = fault(stored.path(), 0, e);
      try {
        stored.close();
      } catch (IOException onClose) {
        fault.addSuppressed(onClose);
      }
      throw fault;
    }
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
      throw DataException.at(
          "file is too short for its header",
          file,
          start,
          "4 bytes (" + what + ")",
          got + " bytes",
          COPY_AGAIN);
    }
    return ByteBuffer.wrap(bytes).getInt();
  }

  /**
   * Reads the remainder of the file, which must be {@code size} bytes, and keeps the first {@code
   * kept}. Memory grows with the bytes that are read, not with the header's claim.
   */
  byte[] readBody(int kept, long size) {
    long end = offset + size;
    byte[] body = new byte[(int) Math.min(kept, plausibleBytes())];
    int filled = 0;
    while (filled < kept) {
      if (filled == body.length) {
        body = Arrays.copyOf(body, (int) Math.min(kept, 2L * body.length));
      }
      filled += require(body, filled, body.length - filled, end);
    }
    while (offset < end) {
      require(piece, 0, (int) Math.min(piece.length, end - offset), end);
    }
    requireEnd();
    return body;
  }

  private long plausibleBytes() {
    return Math.max(PIECE_BYTES, PLAUSIBLE_RATIO * stored.length());
  }

  /** Receives values one at a time. */
  interface ValueConsumer {
    void accept(long index, double value);
  }

  /**
   * Reads the remainder of the file, which must be {@code count} values, and passes on the first
   * {@code kept}.
   */
  void readValues(IdxType type, long kept, long count, ValueConsumer consumer) {
    long end = offset + count * type.bytes();
    ByteBuffer values = ByteBuffer.wrap(piece);
    long index = 0;
    while (offset < end) {
      int got = require(piece, 0, (int) Math.min(piece.length, end - offset), end);
      for (int at = 0; at < got && index < kept; at += type.bytes()) {
        consumer.accept(index++, type.value(values, at));
      }
    }
    requireEnd();
  }

  /**
   * Reads the remainder of the file as {@link #readValues} does, and keeps the first {@code kept}
   * in single precision.
   *
   * @throws DataException if one of these is not finite in single precision
   */
  float[] readFloats(IdxType type, int kept, long count) {
    long start = offset;
    float[][] body = {new float[(int) Math.min(kept, plausibleBytes() / type.bytes())]};
    DataException[] fault = {null};
    readValues(
        type,
        kept,
        count,
        (index, value) -> {
          int i = (int) index;
          if (i == body[0].length) {
            body[0] = Arrays.copyOf(body[0], (int) Math.min(kept, 2L * i));
          }
          body[0][i] = (float) value;
          if (!Float.isFinite(body[0][i]) && fault[0] == null) {
            fault[0] =
                DataException.at(
                    "pixel is not finite",
                    file,
                    start + index * type.bytes(),
                    "a finite number of magnitude at most 3.4e38",
                    value + " at index " + index,
                    "correct the file");
          }
        });
    if (fault[0] != null) {
      throw fault[0];
    }
    return body[0];
  }

  /** Provenance of the file; to be called once, after {@link #readBody}. */
  IdxFile finish() {
    return new IdxFile(file, stored.sha256(), stored.count());
  }

  @Override
  public void close() {
    try {
      content.close();
    } catch (IOException e) {
      throw fault(file, offset, e);
    }
  }

  private int require(byte[] target, int from, int size, long end) {
    int got = fill(target, from, size);
    if (got < size) {
      throw DataException.at(
          "file is too short", file, offset, end + " bytes", offset + " bytes", COPY_AGAIN);
    }
    return got;
  }

  private void requireEnd() {
    long end = offset;
    int got;
    do {
      got = fill(piece, 0, piece.length);
    } while (got == piece.length);
    if (offset > end) {
      throw DataException.at(
          "file is too long",
          file,
          end,
          end + " bytes",
          offset + " bytes (" + (offset - end) + " extra)",
          "header and content disagree: download the file from its source again");
    }
    try {
      long rest = content instanceof Gunzip gunzip ? gunzip.drain() : 0;
      if (rest > 0) {
        throw DataException.at(
            "compressed file has data after its end",
            file,
            end,
            "nothing after the gzip stream",
            rest + " extra bytes in the file",
            COPY_AGAIN);
      }
    } catch (IOException e) {
      throw fault(file, offset, e);
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
      throw fault(file, offset, e);
    }
  }

  private static DataException fault(String file, long offset, IOException e) {
    // GZIPInputStream reports a stream that ends early as EOFException.
    return e instanceof ZipException || e instanceof EOFException
        ? DataException.at(
            "compressed file is corrupt", file, offset, "an intact gzip stream", e, COPY_AGAIN, e)
        : DataException.at(
            "file cannot be read",
            file,
            offset,
            "readable content",
            e,
            "check the file system, then run again",
            e);
  }
}
