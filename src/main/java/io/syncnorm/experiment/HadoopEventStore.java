package io.syncnorm.experiment;

import io.syncnorm.files.CallLimit;
import io.syncnorm.files.UnwritableException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * One file per line, in the folder {@code index}. Object stores cannot append, and HDFS can, but
 * neither has a lock that ends with its process; a file that is written under another name first
 * and renamed needs neither. Files sort by the time at which they were written.
 *
 * <p>The summary is replaced by a rename too; for a moment there is none, and it can be made anew
 * at any time. Whoever has replaced it looks for lines that have come since: so the last one of
 * several processes leaves one that lacks nothing.
 */
final class HadoopEventStore implements EventStore {
  private static final String FOLDER = "index";
  private static final String SUFFIX = ".json";

  /** A server that is not there costs Hadoop's own clients minutes, and some mounts for ever. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Others can be faster each time, but hardly so often. */
  private static final int ATTEMPTS = 50;

  private final FileSystem system;
  private final Path folder;
  private final Duration timeout;

  /** Files never change: what was read once need not be again. */
  private final TreeMap<String, String> known = new TreeMap<>();

  HadoopEventStore(FileSystem system, Path folder) {
    this(system, folder, TIMEOUT);
  }

  /**
   * @param timeout how long one call may take
   */
  HadoopEventStore(FileSystem system, Path folder, Duration timeout) {
    this.system = system;
    this.folder = folder;
    this.timeout = timeout;
  }

  private <T> T timed(Callable<T> call) throws IOException {
    return new CallLimit(timeout, "the registry's deadline").call(call);
  }

  @Override
  public synchronized List<String> lines() {
    Path index = new Path(folder, FOLDER);
    try {
      for (FileStatus status : timed(() -> list(index))) {
        String name = status.getPath().getName();
        if (name.endsWith(SUFFIX) && !name.startsWith(".") && !known.containsKey(name)) {
          known.put(name, timed(() -> read(status.getPath())));
        }
      }
    } catch (IOException e) {
      throw new RegistryException(index.toString(), e);
    }
    return List.copyOf(known.values());
  }

  private FileStatus[] list(Path index) throws IOException {
    try {
      return system.listStatus(index);
    } catch (FileNotFoundException e) { // nothing was written yet
      return new FileStatus[0];
    }
  }

  private String read(Path file) throws IOException {
    try (FSDataInputStream in = system.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  @Override
  public void append(String line) {
    // The nanoseconds of this process order its events within a millisecond.
    String name =
        String.format(
            Locale.ROOT,
            "%015d-%019d-%s%s",
            System.currentTimeMillis(),
            System.nanoTime(),
            UUID.randomUUID().toString().substring(0, 8),
            SUFFIX);
    write(new Path(new Path(folder, FOLDER), name), line + "\n");
  }

  @Override
  public void writeSummary(Summary summary) {
    List<String> lines = lines();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      write(new Path(folder, SUMMARY), summary.of(lines));
      List<String> since = lines();
      if (since.size() == lines.size()) {
        return;
      }
      lines = since;
    }
    // Others write on and on, and each of them a summary after its lines.
  }

  private void write(Path file, String text) {
    try {
      timed(
          () -> {
            writeWhole(file, text);
            return file;
          });
    } catch (IOException e) {
      throw new UnwritableException(file.toString(), e);
    }
  }

  private void discard(Path temporary, IOException failure) {
    try {
      system.delete(temporary, false);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private void writeWhole(Path file, String text) throws IOException {
    Path temporary = new Path(file.getParent(), "." + file.getName() + "." + UUID.randomUUID());
    try (OutputStream out = system.create(temporary, true)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      discard(temporary, e);
      throw e;
    }
    // Where a rename does not replace, another process may put its own file there in between.
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      system.delete(file, false);
      if (system.rename(temporary, file)) {
        return;
      }
    }
    system.delete(temporary, false);
    throw new IOException(
        "rename was refused; beside it are " + Arrays.toString(list(file.getParent())));
  }
}
