package io.syncnorm.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;

/**
 * A gzip stream that can tell whether the stored file goes on behind it. The JDK's own class takes
 * whatever follows and is not a further member for the end, and says nothing.
 */
final class Gunzip extends GZIPInputStream {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int TRAILER_BYTES = 8;

  private final StoredStream stored;
  private long handedOver;

  /**
   * @param in the packed bytes, of which {@code stored} has seen every one that was taken
   * @throws IOException when they do not start with the header of a gzip member
   */
  Gunzip(InputStream in, StoredStream stored) throws IOException {
    super(in, BUFFER_BYTES);
    this.stored = stored;
  }

  @Override
  protected void fill() throws IOException {
    super.fill();
    handedOver = stored.count();
  }

  /**
   * Reads the stored file to its last byte, which completes its hash. To be called at the end of
   * the unpacked content.
   *
   * @return the number of stored bytes after the last gzip member
   */
  long drain() throws IOException {
    long end = handedOver - inf.getRemaining() + TRAILER_BYTES;
    stored.transferTo(OutputStream.nullOutputStream());
    return stored.count() - end;
  }
}
