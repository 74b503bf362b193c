package io.syncnorm.experiment.registry;

import io.syncnorm.files.CallLimit;
import io.syncnorm.files.Folder;
import io.syncnorm.files.Location;
import io.syncnorm.files.UnwritableException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/**
 * One file per line, in the folder {@code index}. Object stores cannot append, and HDFS can, but
 * neither has a lock that ends with its process; a file that is written under another name first
 * and renamed needs neither. Files sort by the time at which they were written.
 *
 * <p>The summary is replaced by a rename too; for a moment there is none, and it can be made anew
 * at any time. Whoever has replaced it looks for lines that have come since: so the last one of
 * several processes leaves a complete one. While lines keep coming it looks again later and later,
 * and leaves the rest to the writers of those lines.
 */
final class FolderEventStore implements EventStore {
  private static final String FOLDER = "index";
  private static final String SUFFIX = ".json";

  /** A server that is not there costs Hadoop's own clients minutes, and some mounts for ever. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Summaries of one writer while others add lines. */
  private static final int ATTEMPTS = 5;

  /** From a summary to the next one; then twice as long, and so on. */
  private static final long PAUSE_MILLIS = 25;

  private final Folder folder;
  private final Folder index;

  /** Files never change: what was read once need not be again. */
  private final TreeMap<String, String> known = new TreeMap<>();

  FolderEventStore(Location location, Configuration hadoop) throws IOException {
    this(location, hadoop, TIMEOUT);
  }

  /**
   * @param timeout how long one call may take
   * @throws IOException if there is no such file system, or it cannot be reached
   */
  FolderEventStore(Location location, Configuration hadoop, Duration timeout) throws IOException {
    CallLimit limit = new CallLimit(timeout, "the registry's deadline");
    folder = Folder.at(location, hadoop, limit);
    index = Folder.at(location.resolve(FOLDER), hadoop, limit);
  }

  @Override
  public synchronized List<String> lines() {
    try {
      for (String name : index.names()) {
        if (name.endsWith(SUFFIX) && !name.startsWith(".") && !known.containsKey(name)) {
          known.put(name, index.read(name, FolderEventStore::line));
        }
      }
    } catch (IOException e) {
      throw new RegistryException(index.address(""), e);
    }
    return List.copyOf(known.values());
  }

  private static String line(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
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
    write(index, name, line + "\n");
  }

  @Override
  public void writeSummary(Function<List<String>, String> summary) {
    List<String> lines = lines();
    write(folder, SUMMARY, summary.apply(lines));
    for (int again = 1; again < ATTEMPTS && lines().size() > lines.size(); again++) {
      pause(PAUSE_MILLIS << again);
      lines = lines();
      write(folder, SUMMARY, summary.apply(lines));
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the next call to a file system ends with it
    }
  }

  private static void write(Folder folder, String name, String text) {
    try {
      folder.write(name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UnwritableException(folder.address(name), e);
    }
  }
}
