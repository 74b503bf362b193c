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
 * Stores one file per line in the folder {@code index}. Object stores cannot append; HDFS can, but
 * neither has a lock that ends with its process. A file that is written under another name and then
 * renamed needs neither. Files sort by the time they were written.
 *
 * <p>The summary is also replaced by a rename; for a moment it does not exist, and it can be
 * rebuilt at any time. A process that has replaced it checks for lines added since, so that the
 * last of several processes leaves a complete summary. While lines keep being added, it checks at
 * growing intervals, then leaves the rest to the writers of those lines.
 */
final class FolderEventStore implements EventStore {
  private static final String FOLDER = "index";
  private static final String SUFFIX = ".json";

  /**
   * Without it, Hadoop's clients wait minutes for a missing server, and some mounts never return.
   */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** The number of summaries that one writer writes while others add lines. */
  private static final int ATTEMPTS = 5;

  /** The initial pause between two summaries; it doubles each time. */
  private static final long PAUSE_MILLIS = 25;

  private final Folder folder;
  private final Folder index;

  /** The lines read so far, by file; files never change. */
  private final TreeMap<String, String> known = new TreeMap<>();

  FolderEventStore(Location location, Configuration hadoop) throws IOException {
    this(location, hadoop, TIMEOUT);
  }

  /**
   * @param timeout of one call
   * @throws IOException if the file system is unknown or cannot be reached
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
      Thread.currentThread().interrupt(); // the next call to a file system is interrupted by it
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
