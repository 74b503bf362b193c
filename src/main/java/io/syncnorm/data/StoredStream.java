package io.syncnorm.data;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The bytes of a file as stored: counts and hashes them as they pass. */
final class StoredStream extends FilterInputStream {
  private final MessageDigest digest;
  private final long length;
  private long count;

  /**
   * @param length the size that the file system states, a hint, never relied upon
   */
  StoredStream(InputStream in, long length) {
    super(in);
    this.length = length;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must provide SHA-256", e);
    }
  }

  @Override
  public int read() throws IOException {
    int value = in.read();
    if (value >= 0) {
      digest.update((byte) value);
      count++;
    }
    return value;
  }

  @Override
  public int read(byte[] buffer, int from, int size) throws IOException {
    int got = in.read(buffer, from, size);
    if (got > 0) {
      digest.update(buffer, from, got);
      count += got;
    }
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

  /** The size of the file as its file system states it. */
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
