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

/** The folder that a run writes to, locked while it is open. */
public final class RunDirectory implements AutoCloseable {
  private static final String LOCK_FILE = ".lock";

  private final Path path;
  private final FileLock lock;

  /** Files not yet forced to disk. */
  private final Set<Path> unforced = ConcurrentHashMap.newKeySet();

  private RunDirectory(Path path, FileLock lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Thrown when another process or run holds the directory. */
  public static final class BusyException extends RuntimeException {
    BusyException(Path path) {
      super(
          "another process holds the run directory %s: the same configuration is already running; wait for it, or use another run.name, run.seed or --out"
              .formatted(path));
    }
  }

  /**
   * Creates the folder if missing and locks it.
   *
   * @throws BusyException if another process, or another run in this process, holds it
   * @throws UnwritableException if the folder is not writable
   */
  public static RunDirectory open(Path path) {
    return open(path, FileLock.Kind.EXCLUSIVE);
  }

  /**
   * Opens the folder for inspection only. Any number of processes may do so at once: schedulers
   * that check the same grid concurrently must not mistake each other for a training run.
   *
   * @throws BusyException if another process, or another run in this process, writes to it
   * @throws UnwritableException if the folder is not writable
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
   * Checks that the folder is not in use, without creating it.
   *
   * @throws BusyException if another process, or another run in this process, holds it
   * @throws UnwritableException if the folder exists and is not writable
   */
  static void requireFree(Path path) {
    if (Files.isDirectory(path)) {
      look(path).close();
    }
  }

  /**
   * Creates the parent folder of run directories if missing and checks that it is writable.
   *
   * @throws UnwritableException if it is not writable
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
   * Writes a file of this folder atomically, also if the process is killed. A power cut may lose it
   * until {@link #writeLast} is called.
   *
   * @param name relative to this folder; subfolders are created
   * @throws UnwritableException if the file cannot be written
   */
  public void write(String name, WholeFile.Content content) {
    Path target = path.resolve(name);
    requireHeld();
    try {
      WholeFile.writeUnforced(target, content);
    } catch (IOException e) {
      throw new UnwritableException(target.toString(), e);
    }
    if (Files.isRegularFile(target)) { // other kinds of files cannot be forced
      unforced.add(target);
    }
  }

  /**
   * Writes the file that marks the others as complete. It appears once they are forced to disk, and
   * is forced itself. Forcing all files at the end is much faster than one by one.
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
   * Writes a file atomically; its folder is created if missing. An existing target that is not a
   * regular file, such as a pipe, is written directly.
   *
   * @throws UnwritableException if the file cannot be written
   */
  public static void writeWhole(Path target, WholeFile.Content content) {
    try {
      WholeFile.write(target, content);
    } catch (IOException e) {
      throw new UnwritableException(target.toString(), e);
    }
  }

  /** Writes text as UTF-8, atomically. */
  public void write(String name, String text) {
    write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Removes a file of an earlier run if it exists. */
  public void delete(String name) {
    try {
      Files.deleteIfExists(path.resolve(name));
      unforced.remove(path.resolve(name));
    } catch (IOException e) {
      throw new UnwritableException(path.resolve(name).toString(), e);
    }
  }

  /**
   * Checks that the lock is still held: an owner file can be taken over from a suspended process.
   */
  private void requireHeld() {
    if (!lock.isHeld()) {
      throw new BusyException(path);
    }
  }

  /** Releases the lock. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      // Not a failure: nothing is written through it, and the lock ends with the process at the
      // latest.
      System.getLogger(RunDirectory.class.getName())
          .log(System.Logger.Level.DEBUG, "closing a lock", e);
    }
  }
}
