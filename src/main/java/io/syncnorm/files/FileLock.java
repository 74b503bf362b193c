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
 * What one process holds against all others: a lock of the operating system on a file, which ends
 * with the process. Some mounts have none ({@code ENOLCK}): there an {@link OwnerFile} beside the
 * file says who holds it.
 */
public final class FileLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileLock.class);

  /** Mounts without locks that the user was told of. */
  private static final Set<String> TOLD = ConcurrentHashMap.newKeySet();

  /** Who else may have it at the same time. */
  public enum Kind {
    /** Nobody. */
    EXCLUSIVE,
    /** Who only looks, too. */
    SHARED
  }

  /** The operating system's part. */
  @FunctionalInterface
  interface OfSystem {
    /** Null if another process has it. */
    java.nio.channels.FileLock tryLock(FileChannel channel, boolean shared) throws IOException;
  }

  private final BooleanSupplier held;
  private final Closeable release;

  private FileLock(BooleanSupplier held, Closeable release) {
    this.held = held;
    this.release = release;
  }

  /**
   * @param file made if need be, in a folder that is there
   * @return empty if another process, or another part of this one, has it
   */
  public static Optional<FileLock> tryLock(Path file, Kind kind) throws IOException {
    return tryLock(
        file,
        kind,
        (channel, shared) -> channel.tryLock(0, Long.MAX_VALUE, shared),
        OwnerFile.BEAT);
  }

  static Optional<FileLock> tryLock(Path file, Kind kind, OfSystem system, Duration beat)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (system.tryLock(channel, kind == Kind.SHARED) != null) {
        return Optional.of(new FileLock(channel::isOpen, channel));
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("this process has it already: {}", file, e);
    } catch (ClosedChannelException | FileLockInterruptionException e) {
      channel.close();
      throw e;
    } catch (IOException e) { // its words are those of the user's language
      channel.close();
      return withoutLocks(file, kind, e, beat);
    }
    channel.close();
    return Optional.empty();
  }

  private static Optional<FileLock> withoutLocks(
      Path file, Kind kind, IOException cause, Duration beat) throws IOException {
    if (TOLD.add(file.toAbsolutePath().getParent().toString())) {
      LOG.warn(
          "this file system has no locks: file={}, found={}; files with the names of their owners stand for them",
          file,
          cause.getMessage());
    }
    OwnerFile owner = new OwnerFile(file.resolveSibling(file.getFileName() + ".owner"), beat);
    if (kind == Kind.SHARED) {
      // Who looks leaves no trace: who writes there then is told apart by what it writes.
      return owner.isFree() ? Optional.of(new FileLock(() -> true, () -> {})) : Optional.empty();
    }
    return owner.take()
        ? Optional.of(new FileLock(owner::isHeld, owner::release))
        : Optional.empty();
  }

  /** False if another process has taken it, as from one that was stopped for long. */
  public boolean isHeld() {
    return held.getAsBoolean();
  }

  /** Gives it up. */
  @Override
  public void close() throws IOException {
    release.close();
  }
}
