package io.syncnorm.experiment.registry;

import io.syncnorm.files.FileLock;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.files.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores all lines in one file, written under a lock of the operating system. A process that is
 * killed while writing leaves a truncated line: readers ignore it, and the next writer removes it.
 *
 * <p>Nothing is forced to disk, which would be the most expensive part. Lines that a power cut
 * loses can be restored from the run directories: a process that finds a finished run adds it
 * again.
 */
final class LocalEventStore implements EventStore {
  private static final Logger LOG = LoggerFactory.getLogger(LocalEventStore.class);
  private static final String LOCK_FILE = ".index.lock";

  /** Writers hold the lock for milliseconds. */
  private static final long LOCK_DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private static final long LOCK_POLL_MILLIS = 5;

  /**
   * Excludes threads of this process, since the operating system's lock excludes only processes.
   */
  private static final Object THREADS = new Object();

  private final Path folder;
  private final Path index;

  /** The lines read so far; complete lines never change. */
  private final List<String> known = new ArrayList<>();

  /** The file that the lines were read from, and the number of bytes read. */
  private Object file;

  private long readBytes;

  LocalEventStore(Path folder) {
    this.folder = folder;
    this.index = folder.resolve(INDEX);
  }

  private interface Action {
    void run() throws IOException;
  }

  @Override
  public synchronized List<String> lines() {
    try {
      read();
    } catch (IOException e) {
      throw new RegistryException(index.toString(), e);
    }
    return List.copyOf(known);
  }

  /** Reads the lines added since the last read. */
  private void read() throws IOException {
    try (InputStream in = Files.newInputStream(index)) {
      BasicFileAttributes found = Files.readAttributes(index, BasicFileAttributes.class);
      if (found.size() < readBytes
          || !Objects.equals(found.fileKey(), file)) { // a different file by now
        forget();
        file = found.fileKey();
      }
      in.skipNBytes(readBytes);
      byte[] bytes = in.readAllBytes();
      int whole = bytes.length;
      while (whole > 0 && bytes[whole - 1] != '\n') {
        whole--;
      }
      new String(bytes, 0, whole, StandardCharsets.UTF_8).lines().forEach(known::add);
      readBytes += whole;
    } catch (NoSuchFileException e) {
      forget(); // a new file may have the same key
    }
  }

  private void forget() {
    known.clear();
    readBytes = 0;
    file = null;
  }

  @Override
  public void append(String line) {
    locked(
        () -> {
          removeTruncatedLine();
          Files.writeString(
              index, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        });
  }

  private synchronized void removeTruncatedLine() throws IOException {
    read();
    long truncated = Files.exists(index) ? Files.size(index) - readBytes : 0;
    if (truncated > 0) {
      LOG.warn(
          "{} ended in a truncated line of a killed process: removed {} bytes", index, truncated);
      try (RandomAccessFile file = new RandomAccessFile(index.toFile(), "rw")) {
        file.setLength(readBytes);
      }
    }
  }

  @Override
  public void writeSummary(Function<List<String>, String> summary) {
    locked(
        () ->
            WholeFile.writeUnforced(
                folder.resolve(SUMMARY),
                out -> out.write(summary.apply(lines()).getBytes(StandardCharsets.UTF_8))));
  }

  private void locked(Action action) {
    synchronized (THREADS) {
      try {
        Files.createDirectories(folder);
        try (FileLock lock = lock()) {
          if (!lock.isHeld()) {
            throw new IOException("another process has taken over the lock");
          }
          action.run();
        }
      } catch (IOException e) {
        throw new UnwritableException(index.toString(), e);
      }
    }
  }

  private FileLock lock() throws IOException {
    long end = System.nanoTime() + LOCK_DEADLINE_NANOS;
    while (System.nanoTime() < end) {
      Optional<FileLock> lock =
          FileLock.tryLock(folder.resolve(LOCK_FILE), FileLock.Kind.EXCLUSIVE);
      if (lock.isPresent()) {
        return lock.get();
      }
      pause();
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "timed out after %d s waiting for the registry's lock, which another process holds: file=%s",
            TimeUnit.NANOSECONDS.toSeconds(LOCK_DEADLINE_NANOS),
            folder.resolve(LOCK_FILE)));
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOCK_POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the registry's lock", e);
    }
  }
}
