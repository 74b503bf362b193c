package io.syncnorm.experiment;

import io.syncnorm.files.FileLock;
import io.syncnorm.files.LocalFolder;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The folder that one run writes to, locked as long as it is open. */
public final class RunDirectory implements AutoCloseable {
  private static final String LOCK_FILE = ".lock";

  private final Path path;
  private final FileLock lock;

  /** Files that a power cut could still take. */
  private final Set<Path> unforced = ConcurrentHashMap.newKeySet();

  private RunDirectory(Path path, FileLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Somebody else is writing there. */
  public static final class BusyException extends RuntimeException {
    BusyException(Path path) {
      super(
          "another process holds the run directory %s: the same configuration is running already; wait for it, or give this run another run.name, seed or --out"
              .formatted(path));
    }
  }

  /**
   * Makes the folder if need be and locks it.
   *
   * @throws BusyException if another process, or another run of this one, holds it
   * @throws UnwritableException if it cannot be written
   */
  public static RunDirectory open(Path path) {
    return open(path, FileLock.Kind.EXCLUSIVE);
  }

  /**
   * Opens it to look only. Any number of processes may do so at once: schedulers that go through
   * the same grid side by side must not take each other for somebody who trains.
   *
   * @throws BusyException if another process, or another run of this one, writes to it
   * @throws UnwritableException if it cannot be written
   */
  public static RunDirectory look(Path path) {
    return open(path, FileLock.Kind.SHARED);
  }

  private static RunDirectory open(Path path, FileLock.Kind kind) {
    try {
      Files.createDirectories(path);
      return FileLock.tryLock(path.resolve(LOCK_FILE), kind)
          .map(lock -> new RunDirectory(path, lock))
          .orElseThrow(() -> new BusyException(path));
    } catch (IOException e) {
      throw new UnwritableException(path.toString(), e);
    }
  }

  /**
   * Looks whether the folder can be had, without making it.
   *
   * @throws BusyException if another process, or another run of this one, holds it
   * @throws UnwritableException if it is there and cannot be written
   */
  static void requireFree(Path path) {
    if (Files.isDirectory(path)) {
      look(path).close();
    }
  }

  /**
   * Makes the folder that run directories go to, if need be, and tries to write in it.
   *
   * @throws UnwritableException if that fails
   */
  public static void requireWritable(Path folder) {
    try {
      new LocalFolder(folder).probe();
    } catch (IOException e) {
      throw new UnwritableException(folder.toString(), e);
    }
  }

  public Path path() {
    return path;
  }

  /**
   * Writes a file of this folder that appears whole or not at all, however the process ends; after
   * a power cut only what {@link #writeLast} was called for is sure.
   *
   * @param name relative to this folder; folders in it are made
   * @throws UnwritableException if it cannot be written
   */
  public void write(String name, WholeFile.Content content) {
    Path target = path.resolve(name);
    requireHeld();
    try {
      WholeFile.writeUnforced(target, content);
    } catch (IOException e) {
      throw new UnwritableException(target.toString(), e);
    }
    if (Files.isRegularFile(target)) { // what it may be else cannot be forced
      unforced.add(target);
    }
  }

  /**
   * Writes the file that says that all others are there. It appears when they are on the disk, and
   * it is itself. At the end and all at once that costs the disk much less than file by file.
   *
   * @throws UnwritableException if one of them cannot be written
   */
  public void writeLast(String name, String text) {
    requireHeld();
    unforced.parallelStream()
        .forEach(
            file -> {
              try {
                WholeFile.force(file);
              } catch (IOException e) {
                throw new UnwritableException(file.toString(), e);
              }
            });
    unforced.clear();
    writeWhole(path.resolve(name), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Writes a file that appears whole or not at all; its folder is made if need be. What is there
   * already and is no file, such as a pipe, is written to as it is.
   *
   * @throws UnwritableException if it cannot be written
   */
  public static void writeWhole(Path target, WholeFile.Content content) {
    try {
      WholeFile.write(target, content);
    } catch (IOException e) {
      throw new UnwritableException(target.toString(), e);
    }
  }

  /** Writes text as UTF-8, whole or not at all. */
  public void write(String name, String text) {
    write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Removes a file of an earlier run, if there is one. */
  public void delete(String name) {
    try {
      Files.deleteIfExists(path.resolve(name));
      unforced.remove(path.resolve(name));
    } catch (IOException e) {
      throw new UnwritableException(path.resolve(name).toString(), e);
    }
  }

  /** Where locks are files they can be taken from who was stopped for long. */
  private void requireHeld() {
    if (!lock.isHeld()) {
      throw new BusyException(path);
    }
  }

  /** Gives the lock up. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      // Nothing was written through it; the lock ends with the process at the latest.
      System.getLogger(RunDirectory.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a lock", e);
    }
  }
}
