package io.syncnorm.data.idx;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;

/**
 * A gzip stream that detects data after its end. The JDK's class silently ignores anything after
 * the last member.
 */
final class Gunzip extends GZIPInputStream {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int TRAILER_BYTES = 8;

  private final StoredStream stored;
  private long consumed;

  /**
   * @param in the packed bytes, read through {@code stored}
   * @throws IOException if they do not start with the header of a gzip member
   */
  Gunzip(InputStream in, StoredStream stored) throws IOException {
    super(in, BUFFER_BYTES);
    this.stored = stored;
  }

  @Override
  protected void fill() throws IOException {
    super.fill();
    consumed = stored.count();
  }

  /**
   * Reads the stored file to its last byte, which completes its hash. Call it at the end of the
   * unpacked content.
   *
   * @return the number of stored bytes after the last gzip member
   */
  long drain() throws IOException {
    long end = consumed - inf.getRemaining() + TRAILER_BYTES;
    stored.transferTo(OutputStream.nullOutputStream());
    return stored.count() - end;
  }
}
