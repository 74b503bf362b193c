package io.syncnorm.experiment.registry;

import io.syncnorm.files.Location;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.report.Json;
import io.syncnorm.report.RunEvent;
import io.syncnorm.report.RunRecord;
import io.syncnorm.report.SummaryCsv;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The record of all runs of an output folder, without a server: {@code index.jsonl}, an append-only
 * file, and {@code summary.csv}, which is built from it. Any number of threads and processes may
 * use it at once.
 */
public final class Registry {
  private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

  /** The maximum age of the summary during a {@link #batch}. */
  private static final long BATCH_SECONDS = 1;

  private final EventStore store;

  /** Whether the index may contain events that the summary lacks. */
  private final AtomicBoolean isStale = new AtomicBoolean();

  private volatile boolean isBatch;

  /** Events by line: each cell of a grid reads all lines several times, and they never change. */
  private final Map<String, Optional<RunEvent>> parsed = new HashMap<>();

  Registry(EventStore store) {
    this.store = store;
  }

  /**
   * Returns the registry of a folder.
   *
   * @param folder on any file system that Hadoop supports; created on the first write
   * @throws UnwritableException if the file system is not available
   */
  public static Registry of(String folder, Configuration hadoop) {
    try {
      Location place = Location.of(folder);
      return place instanceof Location.Local local
          ? of(local.path())
          : new Registry(new FolderEventStore(place, hadoop));
    } catch (IOException e) {
      throw new UnwritableException(folder, e);
    }
  }

  /** Returns the registry of a local or mounted folder. */
  public static Registry of(Path folder) {
    return new Registry(new LocalEventStore(folder));
  }

  /**
   * Runs work that adds many events, such as a grid. Instead of after each event, the summary is
   * written by a separate thread at most once a second, and at the end. A complete summary exists
   * at any moment. If it cannot be written, adding the next event fails.
   */
  public void batch(Runnable work) {
    try (Batch batch = new Batch()) {
      batch.run(work);
    }
  }

  private final class Batch implements AutoCloseable {
    private final CountDownLatch closed = new CountDownLatch(1);

    void run(Runnable work) {
      isBatch = true;
      Thread writer = new Thread(this::write, "summary");
      writer.setDaemon(true);
      writer.start();
      work.run();
    }

    private void write() {
      try {
        while (!closed.await(BATCH_SECONDS, TimeUnit.SECONDS)) {
          refreshIfStale();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.debug("cannot write the summary; retrying with the next event", e);
        isBatch = false;
      }
    }

    @Override
    public void close() {
      isBatch = false;
      closed.countDown();
      refreshIfStale();
    }
  }

  /** Stores an event and updates the summary. */
  public void add(RunEvent event) {
    store.append(Json.line(event));
    isStale.set(true);
    if (!isBatch) {
      refreshIfStale();
    }
  }

  private synchronized void refreshIfStale() {
    if (isStale.getAndSet(false)) {
      try {
        refreshSummary();
      } catch (RuntimeException e) {
        isStale.set(true);
        throw e;
      }
    }
  }

  /** The current time in the format of events. */
  public static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** Rebuilds the summary from the index; after a kill it may be outdated. */
  public void refreshSummary() {
    store.writeSummary(lines -> SummaryCsv.of(List.copyOf(RunRecord.fold(events(lines)).values())));
  }

  /** Returns all runs by the names of their directories, in the order in which they started. */
  public Map<String, RunRecord> records() {
    return RunRecord.fold(events(store.lines()));
  }

  private List<RunEvent> events(List<String> lines) {
    synchronized (parsed) {
      List<RunEvent> events = new ArrayList<>();
      for (String line : lines) {
        parsed.computeIfAbsent(line, Registry::event).ifPresent(events::add);
      }
      return events;
    }
  }

  private static Optional<RunEvent> event(String line) {
    try {
      return Optional.of(Json.read(line, RunEvent.class));
    } catch (IllegalArgumentException e) {
      LOG.warn("skipping a line of the registry that is not an event: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
