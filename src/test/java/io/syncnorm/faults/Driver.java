package io.syncnorm.faults;

import io.syncnorm.submit.Script;
import io.syncnorm.submit.StandaloneCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A running training command on the cluster: its process, its executors, its metrics. */
final class Driver implements AutoCloseable {
  static final int RANKS = 2;
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final long POLL_MILLIS = 2;

  private final StandaloneCluster cluster;
  private final Script.Running running;
  private final Path out;
  private final int epochs;
  private final Instant started = Instant.now();

  private Driver(StandaloneCluster cluster, Script.Running running, Path out, int epochs) {
    this.cluster = cluster;
    this.running = running;
    this.out = out;
    this.epochs = epochs;
  }

  /** The awaited event did not happen: the run has ended, or does not respond. */
  static final class MissedException extends Exception {
    MissedException(String what) {
      super(what);
    }
  }

  /**
   * Starts a command with one rank for each executor.
   *
   * @param confs Spark settings
   * @param settings settings of the run, including its number of epochs
   */
  static Driver start(
      StandaloneCluster cluster, Path out, List<String> confs, List<String> settings)
      throws IOException {
    List<String> options = new ArrayList<>(List.of("--executors", String.valueOf(RANKS)));
    for (String conf : confs) {
      options.addAll(List.of("--conf", conf));
    }
    return submit(cluster, out, options, Drill.with(settings, List.of("training.world=" + RANKS)));
  }

  /**
   * Starts a command.
   *
   * @param options options of {@code submit/standalone.sh}
   * @param settings settings of the run, including its number of epochs
   */
  static Driver submit(
      StandaloneCluster cluster, Path out, List<String> options, List<String> settings)
      throws IOException {
    List<String> words = new ArrayList<>(List.of("--master", cluster.master()));
    words.addAll(options);
    words.addAll(List.of("train", "--verbose", "--out", out.toString()));
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    Script.Running running = Script.of("standalone.sh").start(words.toArray(String[]::new));
    return new Driver(cluster, running, out, number(settings, "training.epochs="));
  }

  private static int number(List<String> settings, String key) {
    return settings.stream()
        .filter(setting -> setting.startsWith(key))
        .mapToInt(setting -> Integer.parseInt(setting.substring(key.length())))
        .findFirst()
        .orElseThrow();
  }

  /** Returns the driver's JVM, which replaced the script's process. */
  ProcessHandle process() {
    return running.process();
  }

  /** Returns the number of epochs to train. */
  int epochs() {
    return epochs;
  }

  /** Waits until the results of this number of epochs are written. */
  void awaitEpoch(int epoch) throws Exception {
    await("epoch " + epoch, () -> finishedEpochs() >= epoch);
  }

  /** Waits until an executor process of this run exists for each rank. */
  List<ProcessHandle> awaitExecutors() throws Exception {
    await("executors", () -> executors().size() == RANKS);
    return executors();
  }

  /** Waits until an executor has a file open whose path contains a pattern. */
  ProcessHandle awaitExecutorWith(String file) throws Exception {
    AtomicReference<ProcessHandle> found = new AtomicReference<>();
    await(
        file,
        () -> {
          for (ProcessHandle executor : executors()) {
            if (OpenFiles.contain(executor, file)) {
              found.set(executor);
            }
          }
          return found.get() != null;
        });
    return found.get();
  }

  /** Returns what the driver has written to standard error. */
  String err() throws IOException {
    return running.err();
  }

  /** Waits until the driver has written a text to standard error. */
  void awaitText(String words) throws Exception {
    await("'" + words + "'", () -> running.err().contains(words));
  }

  /** Returns this run's live executors, the oldest first. */
  List<ProcessHandle> executors() throws IOException {
    List<ProcessHandle> executors = new ArrayList<>();
    for (ProcessHandle process : cluster.processes()) {
      process.descendants().filter(this::isOwnExecutor).forEach(executors::add);
    }
    executors.sort(Comparator.comparing(ProcessHandle::pid));
    return executors;
  }

  /**
   * Returns this run's executors that are not known yet. Looks only at processes that were not
   * there before, since it is called often.
   *
   * @param known ids of processes, to which those of others are added
   */
  List<ProcessHandle> executorsWithout(Set<Long> known) throws IOException {
    Set<Long> workers =
        workers().stream().map(ProcessHandle::pid).collect(Collectors.toUnmodifiableSet());
    Instant young = Instant.now().minusSeconds(1); // it may not have become Java yet
    List<ProcessHandle> executors = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (known.contains(process.pid())) {
        continue;
      }
      boolean isOwn =
          process.parent().map(ProcessHandle::pid).filter(workers::contains).isPresent()
              && isOwnExecutor(process);
      if (isOwn) {
        executors.add(process);
      }
      if (isOwn || process.info().startInstant().orElse(Instant.MIN).isBefore(young)) {
        known.add(process.pid());
      }
    }
    return executors;
  }

  /** Returns the cluster's Workers. */
  List<ProcessHandle> workers() throws IOException {
    return cluster.processes().stream().skip(1).toList();
  }

  /** Executors of earlier runs may still exist. */
  private boolean isOwnExecutor(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend")
        && process.info().startInstant().orElse(Instant.MIN).isAfter(started);
  }

  /** Returns how the command ended, with both outputs. */
  Script.Outcome outcome() throws MissedException, IOException {
    return running.await(DEADLINE).orElseThrow(() -> new MissedException("its end"));
  }

  @Override
  public void close() throws IOException {
    running.close();
  }

  private int finishedEpochs() throws IOException {
    for (Path metrics : files("metrics.csv")) {
      try (Stream<String> lines = Files.lines(metrics)) {
        return (int) lines.count() - 1;
      }
    }
    return 0;
  }

  /** Returns the files of the run directory with this suffix, the newest first. */
  List<Path> files(String end) throws IOException {
    return files(out, end);
  }

  static List<Path> files(Path folder, String end) throws IOException {
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.find(folder, 4, (file, x) -> file.toString().endsWith(end))) {
      return files
          .sorted(Comparator.comparing((Path file) -> file.toFile().lastModified()).reversed())
          .toList();
    } catch (UncheckedIOException e) { // a file was renamed meanwhile
      return List.of();
    }
  }

  /** A condition that can become true. */
  private interface Condition {
    boolean holds() throws IOException;
  }

  private void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.holds()) {
      if (!process().isAlive() || System.nanoTime() > end) {
        throw new MissedException(what);
      }
      Thread.sleep(POLL_MILLIS);
    }
  }
}
