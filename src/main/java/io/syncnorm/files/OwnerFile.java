package io.syncnorm.files;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock for file systems without locks: a file that only one process can create. It contains the
 * owner's identity, and the owner rewrites it at every heartbeat.
 *
 * <p>An owner on the same machine is identified by its process: when that process has ended, the
 * file is abandoned. An owner on another machine or in another container is known only by its
 * heartbeats: when they stop for a while, the file is abandoned. A process that was suspended for
 * longer than that finds on resuming that it has lost the lock.
 */
final class OwnerFile {
  /** The time between two heartbeats. */
  static final Duration BEAT = Duration.ofSeconds(3);

  /** The number of missed heartbeats after which a file counts as abandoned. */
  private static final int MISSED_BEATS = 5;

  private static final Path PROC = Path.of("/proc");

  private static final Logger LOG = LoggerFactory.getLogger(OwnerFile.class);

  private static final ScheduledExecutorService BEATS =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "owner-files");
            thread.setDaemon(true);
            return thread;
          });

  private final Path file;
  private final Duration beat;
  private final String token = UUID.randomUUID().toString();
  private long beats;
  private boolean held;
  private Future<?> beating;

  OwnerFile(Path file, Duration beat) {
    this.file = file;
    this.beat = beat;
  }

  /**
   * Takes the lock unless another process owns it.
   *
   * @return whether this process now owns it
   */
  synchronized boolean take() throws IOException {
    String abandoned = "";
    while (true) {
      try {
        Files.writeString(
            file,
            Owner.self(token, beats),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE);
        break;
      } catch (FileAlreadyExistsException e) {
        String found = read();
        if (!abandoned.isEmpty() && abandoned.equals(found)) {
          LOG.warn("taking over an abandoned lock: file={}, owner={}", file, found.strip());
          Files.deleteIfExists(file);
        } else if (isAbandoned(found)) {
          abandoned = found; // checked again, as another process may take it over meanwhile
        } else {
          return false;
        }
      }
    }
    if (!abandoned.isEmpty()) { // another process may have found it abandoned too
      pause(beat.dividedBy(MISSED_BEATS));
    }
    held = isMine();
    if (held) {
      beating =
          BEATS.scheduleWithFixedDelay(
              this::beat, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
    }
    return held;
  }

  /** Whether no process owns the lock. */
  boolean isFree() throws IOException {
    String found = read();
    return (found.isEmpty() && !Files.exists(file)) || isAbandoned(found);
  }

  synchronized boolean isHeld() {
    return held;
  }

  synchronized void release() throws IOException {
    if (beating != null) {
      beating.cancel(false);
    }
    if (held && isMine()) {
      Files.deleteIfExists(file);
    }
    held = false;
  }

  private synchronized void beat() {
    if (!held) {
      return;
    }
    try {
      if (isMine()) {
        beats++;
        Files.writeString(file, Owner.self(token, beats), StandardOpenOption.WRITE);
      } else {
        held = false;
        LOG.warn("another process has taken over the lock: file={}", file);
      }
    } catch (IOException e) { // may be temporary
      LOG.debug("heartbeat failed: file={}", file, e);
    }
  }

  private boolean isMine() throws IOException {
    return Owner.parse(read()).token().equals(token);
  }

  /** Reads the file; empty if it does not exist or has no content yet. */
  private String read() throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  private boolean isAbandoned(String found) throws IOException {
    Owner owner = Owner.parse(found);
    if (owner.isOfThisMachine()) {
      return !owner.isAlive();
    }
    for (int late = 0; late < MISSED_BEATS; late++) {
      pause(beat);
      if (!read().equals(found)) {
        return false;
      }
    }
    return true;
  }

  private static void pause(Duration time) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the owner of a file", e);
    }
  }

  /**
   * The owner of a lock.
   *
   * @param machine identifies the machine since its last boot, and the process id namespace
   * @param started start time of the process in milliseconds; 0 if unknown
   */
  record Owner(String machine, long pid, long started, String token) {
    private static final String HERE = thisMachine();

    /** The content for this process; its length is fixed because it overwrites itself. */
    static String self(String token, long beats) {
      ProcessHandle process = ProcessHandle.current();
      return String.format(
          Locale.ROOT,
          "%s %019d %019d %s %019d%n",
          HERE,
          process.pid(),
          start(process),
          token,
          beats);
    }

    static Owner parse(String text) {
      String[] words = text.strip().split(" ", -1);
      try {
        return new Owner(words[0], Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]);
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) { // partially written
        return new Owner("", 0, 0, "");
      }
    }

    boolean isOfThisMachine() {
      return !machine.isEmpty() && machine.equals(HERE);
    }

    boolean isAlive() {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(process -> started == 0 || started == start(process))
          .isPresent();
    }

    private static long start(ProcessHandle process) {
      return process.info().startInstant().map(instant -> instant.toEpochMilli()).orElse(0L);
    }

    private static String thisMachine() {
      try {
        Path self = Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip()
            + "/"
            + self.toString().replace(' ', '_');
      } catch (IOException | UnsupportedOperationException e) { // not on Linux
        return "?" + UUID.randomUUID();
      }
    }
  }
}
