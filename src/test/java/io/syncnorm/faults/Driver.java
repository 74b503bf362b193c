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
import java.util.stream.Stream;

/** A training command on the cluster while it runs: its process, its executors, its figures. */
final class Driver implements AutoCloseable {
  private static final int RANKS = 2;
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

  /** What it waited for did not come: the run has ended, or hangs. */
  static final class MissedException extends Exception {
    MissedException(String what) {
      super(what);
    }
  }

  /**
   * @param confs settings of Spark's
   * @param settings of the run, its number of epochs among them
   */
  static Driver start(
      StandaloneCluster cluster, Path out, List<String> confs, List<String> settings)
      throws IOException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("--master", cluster.master(), "--executors", String.valueOf(RANKS)));
    for (String conf : confs) {
      words.addAll(List.of("--conf", conf));
    }
    words.addAll(List.of("train", "--verbose", "--out", out.toString()));
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    words.addAll(List.of("--set", "training.world=" + RANKS));
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

  /** The script has become the driver's JVM. */
  ProcessHandle process() {
    return running.process();
  }

  /** Epochs that are to be trained. */
  int epochs() {
    return epochs;
  }

  /** Waits until the results of so many epochs are written. */
  void awaitEpoch(int epoch) throws Exception {
    await("epoch " + epoch, () -> finishedEpochs() >= epoch);
  }

  /** Waits until an executor process of this run exists for each rank. */
  List<ProcessHandle> awaitExecutors() throws Exception {
    await("executors", () -> executors().size() == RANKS);
    return executors();
  }

  /** Waits until the driver has said something on standard error. */
  void awaitWords(String words) throws Exception {
    await("'" + words + "'", () -> running.err().contains(words));
  }

  /** This run's executors that are alive, the oldest first. */
  List<ProcessHandle> executors() throws IOException {
    List<ProcessHandle> executors = new ArrayList<>();
    for (ProcessHandle process : cluster.processes()) {
      process.descendants().filter(this::isOwnExecutor).forEach(executors::add);
    }
    executors.sort(Comparator.comparing(ProcessHandle::pid));
    return executors;
  }

  /** The cluster's Workers. */
  List<ProcessHandle> workers() throws IOException {
    return cluster.processes().stream().skip(1).toList();
  }

  /** Those of earlier runs may still be there. */
  private boolean isOwnExecutor(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend")
        && process.info().startInstant().orElse(Instant.MIN).isAfter(started);
  }

  /** How it ended, both outputs included. */
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

  /** Files of the run directory with such an end of their name, the newest first. */
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
    } catch (UncheckedIOException e) { // one was renamed meanwhile
      return List.of();
    }
  }

  /** Something that may have come to pass. */
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
