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
 * A lock where the file system has none: a file that only one process can make, with its name in
 * it, which it writes anew at every beat.
 *
 * <p>An owner of the same machine is known by its process: when that is no more, the file is
 * nobody's. Of another machine, or another container, only the beats tell: without any for a while
 * it is nobody's. A process that was stopped for longer than that finds, when it goes on, that it
 * has lost the lock.
 */
final class OwnerFile {
  /** Between two signs of life. */
  static final Duration BEAT = Duration.ofSeconds(3);

  /** Beats that may be late or unseen before an owner counts as gone. */
  private static final int PATIENCE = 5;

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
   * Takes it, unless it is somebody's.
   *
   * @return whether it was taken
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
          LOG.warn("its owner is gone, and it is taken: file={}, owner={}", file, found.strip());
          Files.deleteIfExists(file);
        } else if (isAbandoned(found)) {
          abandoned = found; // looked at once more, as others may be as fast
        } else {
          return false;
        }
      }
    }
    if (!abandoned.isEmpty()) { // another one that has found it abandoned may have come between
      pause(beat.dividedBy(PATIENCE));
    }
    held = isMine();
    if (held) {
      beating =
          BEATS.scheduleWithFixedDelay(
              this::beat, beat.toMillis(), beat.toMillis(), TimeUnit.MILLISECONDS);
    }
    return held;
  }

  /** Whether it is nobody's. */
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
        LOG.warn("another process has taken it: file={}", file);
      }
    } catch (IOException e) { // it may pass
      LOG.debug("no beat: file={}", file, e);
    }
  }

  private boolean isMine() throws IOException {
    return Owner.parse(read()).token().equals(token);
  }

  /** Empty if it is not there, or has nothing in it yet. */
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
    for (int late = 0; late < PATIENCE; late++) {
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
   * Who holds it.
   *
   * @param machine as long as it runs, and the name space of its process ids
   * @param started when the process began, in milliseconds; 0 if nobody says
   */
  record Owner(String machine, long pid, long started, String token) {
    private static final String HERE = thisMachine();

    /** Always of one length: it is written over itself. */
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
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) { // half written
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
