package io.syncnorm.data;

import io.syncnorm.files.Location;
import io.syncnorm.files.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.security.DigestInputStream;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;

/** The bytes of a file as stored: counts and hashes them as they pass. */
final class StoredStream extends DigestInputStream {
  private final String path;
  private final long length;
  private long count;

  private StoredStream(Location.Found file) throws IOException {
    super(file.open(), Sha256.start());
    this.path = file.address();
    this.length = file.bytes();
  }

  /**
   * Opens what a user has named so, by the rule of {@link Location#of(String)}, at its first byte.
   *
   * @throws DataException if it is no file, or cannot be opened
   */
  static StoredStream open(String name, Configuration hadoop) {
    Location.Found file = find(name, hadoop);
    try {
      return new StoredStream(file);
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
          "correct the path; without a scheme it is local, and relative to the folder you are in",
          e);
    } catch (IOException e) {
      throw unreadable(stored.address(), e);
    }
    throw DataException.of(
        "path is a directory",
        stored.address(),
        "a file",
        "a directory",
        "name the file in it",
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
   * Whether more is to come, as 1 or 0: {@code GZIPInputStream} looks for the next member of a file
   * only while this is positive, and object stores answer 0 between two requests.
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

  /** The size that the file system states, a hint, never relied upon. */
  long length() {
    return length;
  }

  /** The number of bytes that have passed. */
  long count() {
    return count;
  }

  /** SHA-256 of the bytes that have passed, in lower-case hex; ends the hashing. */
  String sha256() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
