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
 * What is known of all runs of an output folder, without a server: {@code index.jsonl}, to which
 * lines are only ever added, and {@code summary.csv}, which is made from it. May be used by any
 * number of threads and processes at once.
 */
public final class Registry {
  private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

  /** How old the summary may be during a {@link #batch}. */
  private static final long BATCH_SECONDS = 1;

  private final EventStore store;

  /** Events are in the index that are not in the summary, perhaps. */
  private final AtomicBoolean isStale = new AtomicBoolean();

  private volatile boolean isBatch;

  /** Each cell of a grid asks for all lines several times, and they never change. */
  private final Map<String, Optional<RunEvent>> parsed = new HashMap<>();

  Registry(EventStore store) {
    this.store = store;
  }

  /**
   * @param folder on any file system that Hadoop knows; made when something is written
   * @throws UnwritableException if its file system cannot be had
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

  /** The same for a folder that is local or mounted. */
  public static Registry of(Path folder) {
    return new Registry(new LocalEventStore(folder));
  }

  /**
   * Runs what adds many events, as a grid does: the summary of all runs is not written for each of
   * them, but by a thread of its own at most once a second, and at the end. There is a whole one at
   * any moment. Where it cannot be written, whoever adds the next event is told.
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
        LOG.debug("the summary is written with the next event", e);
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

  /** Keeps it, and makes the summary anew. */
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

  /** When an event happens, in its words. */
  public static String now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).toString();
  }

  /** Makes the summary from the index: after a kill it may be older. */
  public void refreshSummary() {
    store.writeSummary(lines -> SummaryCsv.of(List.copyOf(RunRecord.fold(events(lines)).values())));
  }

  /** All runs by their directories' names, in the order in which they began. */
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
      LOG.warn("a line of the registry is no event and is skipped: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
