package io.syncnorm.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock between processes: a file lock of the operating system, which ends with the process. On
 * mounts without locks ({@code ENOLCK}) an {@link OwnerFile} beside the file names the holder.
 */
public final class FileLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileLock.class);

  /** Folders without locks for which a warning was logged. */
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  /** Which other holders a lock allows at the same time. */
  public enum Kind {
    /** No other holder. */
    EXCLUSIVE,
    /** Other shared holders. */
    SHARED
  }

  /** The operating system's lock. */
  @FunctionalInterface
  interface SystemLock {
    /** Returns null if another process holds the lock. */
    java.nio.channels.FileLock tryLock(FileChannel channel, boolean shared) throws IOException;
  }

  private final BooleanSupplier held;
  private final Closeable release;

  private FileLock(BooleanSupplier held, Closeable release) {
    this.held = held;
    this.release = release;
  }

  /**
   * Tries to take the lock of a file.
   *
   * @param file created if missing, in an existing folder
   * @return empty if another process, or other code of this one, holds it
   */
  public static Optional<FileLock> tryLock(Path file, Kind kind) throws IOException {
    return tryLock(
        file,
        kind,
        (channel, shared) -> channel.tryLock(0, Long.MAX_VALUE, shared),
        OwnerFile.BEAT);
  }

  static Optional<FileLock> tryLock(Path file, Kind kind, SystemLock system, Duration beat)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (system.tryLock(channel, kind == Kind.SHARED) != null) {
        return Optional.of(new FileLock(channel::isOpen, channel));
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("this process holds the lock already: file={}", file, e);
    } catch (ClosedChannelException | FileLockInterruptionException e) {
      channel.close();
      throw e;
    } catch (IOException e) { // its message cannot be matched: it depends on the locale
      channel.close();
      return withoutLocks(file, kind, e, beat);
    }
    channel.close();
    return Optional.empty();
  }

  private static Optional<FileLock> withoutLocks(
      Path file, Kind kind, IOException cause, Duration beat) throws IOException {
    if (WARNED.add(file.toAbsolutePath().getParent().toString())) {
      LOG.warn(
          "this file system does not support locks: file={}, found={}; using owner files instead",
          file,
          cause.getMessage());
    }
    OwnerFile owner = new OwnerFile(file.resolveSibling(file.getFileName() + ".owner"), beat);
    if (kind == Kind.SHARED) {
      // A shared holder leaves no trace: a writer is recognized by its own owner file.
      return owner.isFree() ? Optional.of(new FileLock(() -> true, () -> {})) : Optional.empty();
    }
    return owner.take()
        ? Optional.of(new FileLock(owner::isHeld, owner::release))
        : Optional.empty();
  }

  /** Whether the lock is still held; false if another process took it, as after a long pause. */
  public boolean isHeld() {
    return held.getAsBoolean();
  }

  /** Releases the lock. */
  @Override
  public void close() throws IOException {
    release.close();
  }
}
