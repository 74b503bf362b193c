package io.syncnorm.data.idx;

import io.syncnorm.data.DataException;
import io.syncnorm.files.Location;
import io.syncnorm.files.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;

/** The bytes of a file as stored, counted and hashed while they are read. */
final class StoredStream extends DigestInputStream {
  private final String path;
  private final long length;
  private long count;

  private StoredStream(Location.Found file, InputStream in) {
    super(in, Sha256.start());
    this.path = file.address();
    this.length = file.bytes();
  }

  /**
   * Opens a file at its first byte. Names follow the rules of {@link Location#of(String)}.
   *
   * @throws DataException if it is not a file, or cannot be opened
   */
  static StoredStream open(String name, Configuration hadoop) {
    Location.Found file = find(name, hadoop);
    try {
      return new StoredStream(file, file.open());
    } catch (IOException e) {
      throw unreadable(file.address(), e);
    }
  }

  /**
   * Opens a file at any byte, without hashing it.
   *
   * @throws DataException as {@link #open}
   */
  static StoredStream openAt(String name, long offset, Configuration hadoop) {
    Location.Found file = find(name, hadoop);
    try {
      StoredStream stored = new StoredStream(file, file.openAt(offset));
      stored.on(false);
      return stored;
    } catch (IOException e) {
      throw unreadable(file.address(), e);
    }
  }

  private static Location.Found find(String name, Configuration hadoop) {
    Location.Stored stored;
    try {
      stored = Location.of(name).in(hadoop);
    } catch (IOException e) {
      throw DataException.of(
          "path cannot be resolved",
          name,
          "a path, or a URI of a known file system",
          e,
          "check the spelling, and that the file system's jars are given to spark-submit",
          e);
    }
    try {
      Location.Found found = stored.find();
      if (!found.isFolder()) {
        return found;
      }
    } catch (FileNotFoundException e) {
      throw DataException.of(
          "file does not exist",
          stored.address(),
          "a file",
          "nothing",
          "correct the path; without a scheme it is local and relative to the current folder, and every machine with executors needs it there",
          e);
    } catch (IOException e) {
      throw unreadable(stored.address(), e);
    }
    throw DataException.of(
        "path is a directory",
        stored.address(),
        "a file",
        "a directory",
        "give a file in it",
        null);
  }

  private static DataException unreadable(String path, IOException e) {
    return DataException.of(
        "file cannot be opened",
        path,
        "a readable file",
        e,
        "check the permissions and the file system",
        e);
  }

  @Override
  public int read() throws IOException {
    int value = super.read();
    count += value < 0 ? 0 : 1;
    return value;
  }

  @Override
  public int read(byte[] buffer, int from, int size) throws IOException {
    int got = super.read(buffer, from, size);
    count += Math.max(0, got);
    return got;
  }

  /**
   * Returns 1 if there are more bytes, otherwise 0: {@code GZIPInputStream} looks for the next
   * member of a file only while this is positive, and object stores answer 0 between two requests.
   */
  @Override
  public int available() {
    return count < length ? 1 : 0;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /** The fully qualified path. */
  String path() {
    return path;
  }

  /** The size according to the file system; only a hint. */
  long length() {
    return length;
  }

  /** The number of bytes read so far. */
  long count() {
    return count;
  }

  /** SHA-256 of the bytes read so far, in lower-case hex; ends the hashing. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
