package io.syncnorm.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.Progressable;

/**
 * Local files under another scheme, accessible through Hadoop but not {@code java.nio}, with a
 * fault for files of one name.
 */
public final class RemoteFileSystem extends RawLocalFileSystem {
  public static final String SCHEME = "remote";

  /** Kinds of faults. */
  public enum Fault {
    NONE,
    /** The disk is full after some bytes. */
    FULL,
    /** A rename fails without an exception. */
    RENAMES_NOT,
    /** Deleting an existing file is not permitted. */
    DELETES_NOT,
    /** Writing never ends. */
    HANGS,
    /** Writing waits until the file system is healed. */
    WAITS,
    /** Reading is not permitted. */
    FORBIDDEN,
    /** A file is listed but has been deleted when it is read. */
    VANISHES
  }

  private static final int ROOM = 100;
  private static volatile Fault fault = Fault.NONE;
  private static volatile String struck = "";
  private static volatile CountDownLatch healed = new CountDownLatch(1);
  private static volatile boolean waiting;

  /** Injects a fault from now on; the test must call {@link #heal} at the end. */
  public static void strike(Fault next, String name) {
    struck = name;
    healed = new CountDownLatch(1);
    waiting = false;
    fault = next;
  }

  public static void heal() {
    fault = Fault.NONE;
    healed.countDown();
  }

  /** Returns whether a write waits or has waited because of {@link Fault#WAITS}. */
  public static boolean hasWaited() {
    return waiting;
  }

  /** Returns a Hadoop configuration with this file system. */
  public static Configuration configuration() {
    Configuration hadoop = new Configuration();
    hadoop.set("fs." + SCHEME + ".impl", RemoteFileSystem.class.getName());
    return hadoop;
  }

  @Override
  public URI getUri() {
    return URI.create(SCHEME + ":///");
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    if (strikes(Fault.FORBIDDEN, file)) {
      throw new AccessControlException("Permission denied: user=nobody");
    }
    if (strikes(Fault.VANISHES, file)) {
      throw new FileNotFoundException("File " + file + " does not exist");
    }
    return super.open(file, bufferSize);
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    FSDataOutputStream sound =
        super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    if (strikes(Fault.HANGS, file)) {
      return new FSDataOutputStream(new Hanging(), null);
    }
    if (strikes(Fault.WAITS, file)) {
      awaitHealing();
    }
    return strikes(Fault.FULL, file) ? new FSDataOutputStream(new Full(sound), null) : sound;
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return !strikes(Fault.RENAMES_NOT, to) && super.rename(from, to);
  }

  @Override
  public boolean delete(Path file, boolean recursive) throws IOException {
    if (strikes(Fault.DELETES_NOT, file) && exists(file)) {
      throw new AccessControlException("Permission denied: user=nobody");
    }
    return super.delete(file, recursive);
  }

  /** Returns whether the fault applies to a file, also under its temporary name. */
  private static boolean strikes(Fault what, Path file) {
    return fault == what && file.getName().contains(struck);
  }

  private static void awaitHealing() throws IOException {
    waiting = true;
    try {
      healed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static final class Full extends OutputStream {
    private final OutputStream sound;
    private int room = ROOM;

    Full(OutputStream sound) {
      this.sound = sound;
    }

    @Override
    public void write(int value) throws IOException {
      if (room == 0) {
        throw new IOException("No space left on device");
      }
      room--;
      sound.write(value);
    }

    @Override
    public void close() throws IOException {
      sound.close();
    }
  }

  private static final class Hanging extends OutputStream {
    @Override
    public void write(int value) throws IOException {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }
}
