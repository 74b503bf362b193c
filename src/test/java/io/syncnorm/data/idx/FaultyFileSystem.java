package io.syncnorm.data.idx;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.security.AccessControlException;

/**
 * The local files under another scheme, with faults of remote file systems that local files cannot
 * have. A file's name selects its fault; other files are intact and are read in short pieces with
 * nothing ever {@code available}, as from an object store.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
  static final String SCHEME = "faulty";
  static final String FORBIDDEN = "forbidden";
  static final String BREAKS_AFTER_20_BYTES = "breaks";

  private static final int BREAK = 20;
  private static final int PIECE = 1000;

  /** A configuration that knows this file system. */
  static Configuration configuration() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs." + SCHEME + ".impl", FaultyFileSystem.class.getName());
    return hadoop;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    if (file.getName().equals(FORBIDDEN)) {
      throw new AccessControlException("Permission denied: user=nobody");
    }
    boolean breaks = file.getName().equals(BREAKS_AFTER_20_BYTES);
    return new FSDataInputStream(new Trickle(super.open(file, bufferSize), breaks));
  }

  private static final class Trickle extends FilterInputStream
      implements Seekable, PositionedReadable {
    private final boolean breaks;
    private int count;

    Trickle(InputStream in, boolean breaks) {
      super(in);
      this.breaks = breaks;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int from, int size) throws IOException {
      if (breaks && count >= BREAK) {
        throw new IOException("Connection reset");
      }
      int got = in.read(buffer, from, Math.min(size, breaks ? BREAK - count : PIECE));
      count += Math.max(0, got);
      return got;
    }

    @Override
    public int available() {
      return 0;
    }

    @Override
    public void seek(long position) {
      throw new UnsupportedOperationException("files are read in one pass");
    }

    @Override
    public long getPos() {
      return count;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public int read(long position, byte[] buffer, int from, int size) {
      throw new UnsupportedOperationException("files are read in one pass");
    }

    @Override
    public void readFully(long position, byte[] buffer, int from, int size) {
      throw new UnsupportedOperationException("files are read in one pass");
    }

    @Override
    public void readFully(long position, byte[] buffer) {
      throw new UnsupportedOperationException("files are read in one pass");
    }
  }
}
