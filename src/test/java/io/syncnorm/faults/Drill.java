package io.syncnorm.faults;

import io.syncnorm.faults.Report.End;
import io.syncnorm.report.Json;
import io.syncnorm.report.RunResult;
import io.syncnorm.spark.ranks.HostsEvent;
import io.syncnorm.submit.Script;
import io.syncnorm.submit.StandaloneCluster;
import io.syncnorm.submit.TrainedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** A cluster of three Workers, two of which a run needs, and the runs on it. */
public final class Drill implements AutoCloseable {
  private static final int WORKERS = 3;
  private static final int DISK_MEGABYTES = 24;
  private static final int DONE = 0;

  /** Short enough to detect a silent executor soon, and long enough to tolerate a slow one. */
  static final List<String> COMMON =
      List.of(
          "run.name=drill",
          "training.wait-timeout=4s",
          "training.load-timeout=4s",
          "training.slot-timeout=30s");

  private final Path folder;
  private final StandaloneCluster cluster;
  private final List<String> common;
  private final Map<List<String>, Undisturbed> undisturbed = new HashMap<>();
  private Driver driver;

  /**
   * @param metrics its {@code metrics.csv}
   */
  record Undisturbed(String hash, double seconds, List<String> metrics) {}

  private Drill(Path folder, StandaloneCluster cluster, List<String> common) {
    this.folder = folder;
    this.cluster = cluster;
    this.common = common;
  }

  /**
   * Starts the cluster.
   *
   * @param folder an empty folder
   */
  public static Drill start(Path folder) throws IOException {
    return of(folder, COMMON);
  }

  /**
   * Starts the cluster.
   *
   * @param folder an empty folder
   * @param common settings of all its runs
   */
  static Drill of(Path folder, List<String> common) throws IOException {
    return new Drill(folder, StandaloneCluster.start(folder.resolve("cluster"), WORKERS), common);
  }

  /** Settings of all runs. */
  List<String> common() {
    return common;
  }

  Path folder() {
    return folder;
  }

  /** Returns the undisturbed run of a moment's configuration, which runs once. */
  Undisturbed undisturbed(Moment moment) throws Exception {
    Undisturbed known = undisturbed.get(moment.settings());
    if (known != null) {
      return known;
    }
    Path out = folder.resolve("undisturbed-" + moment);
    long start = System.nanoTime();
    Script.Outcome outcome = command(out, with(moment.settings(), common));
    if (outcome.code() != DONE) {
      throw new IllegalStateException("the undisturbed run failed: " + outcome.err());
    }
    List<String> metrics = Files.readAllLines(Driver.files(out, "metrics.csv").get(0));
    Undisturbed run = new Undisturbed(hash(out), secondsSince(start), metrics);
    undisturbed.put(moment.settings(), run);
    return run;
  }

  /** Runs the command of an injection with its fault, and repeats the command if necessary. */
  Report run(Injection injection) throws Exception {
    undisturbed(injection.moment());
    Path own = Files.createDirectories(folder.resolve("seed-" + injection.seed()));
    if (injection.kind() != Kind.DISK_FULL) {
      return run(injection, own, null);
    }
    try (SmallDisk disk = SmallDisk.mount(own, DISK_MEGABYTES)) {
      return run(injection, disk.folder(), disk);
    } catch (Sockets.NotPossibleException e) {
      return new Report(injection, "", 0, 0, List.of(), End.SKIPPED, "skipped: " + e.getMessage());
    }
  }

  private Report run(Injection injection, Path out, SmallDisk disk) throws Exception {
    long start = System.nanoTime();
    List<String> settings =
        with(injection.moment().settings(), with(common, injection.kind().settings()));
    Trial trial = new Trial();
    try {
      strike(injection, trial, out, settings, disk);
      if (trial.codes.get(0) != DONE) {
        if (disk != null) {
          disk.free();
        }
        trial.add(command(out, settings));
        if (trial.codes.get(1) != DONE) {
          throw new WrongException("the command run again should have gone on to its end");
        }
      }
      requireModel(injection, out);
      requireHosts(trial, out);
      requireMessage(injection, trial);
      trial.words = trial.end == End.RECOVERED ? "model equal" : trial.end + ", model equal";
    } catch (WrongException | Driver.MissedException e) {
      trial.end = End.WRONG;
      Path log = folder.resolve(String.format(Locale.ROOT, "seed-%d.log", injection.seed()));
      Files.writeString(log, trial.said);
      trial.words = "WRONG: %s; see %s".formatted(e.getMessage(), log);
    }
    forgetRuns();
    return new Report(
        injection,
        trial.when,
        trial.attempts(),
        secondsSince(start),
        trial.codes,
        trial.end,
        trial.words);
  }

  /** Starts the command, injects the fault, and waits for the command's end. */
  private void strike(
      Injection injection, Trial trial, Path out, List<String> settings, SmallDisk disk)
      throws Exception {
    SplittableRandom random = new SplittableRandom(injection.seed());
    try (Driver struck = start(out, settings);
        Strike strike = new Strike(struck, random)) {
      try {
        trial.when = injection.moment().await(struck, random);
        strike.let(injection.kind(), disk);
      } catch (Driver.MissedException e) {
        trial.end = End.MISSED;
      } catch (Sockets.NotPossibleException e) {
        trial.end = End.SKIPPED;
        trial.when = e.getMessage();
      }
      trial.add(struck.outcome());
    }
    if (trial.end == End.RECOVERED && !injection.codes().contains(trial.codes.get(0))) {
      throw new WrongException("expected exit code of " + injection.codes());
    }
  }

  /** The state of an injection. */
  private static final class Trial {
    private final List<Integer> codes = new ArrayList<>();
    private final StringBuilder said = new StringBuilder();
    private String when = "";
    private String words = "";
    private End end = End.RECOVERED;

    void add(Script.Outcome outcome) {
      codes.add(outcome.code());
      said.append(String.format(Locale.ROOT, "--- exit code %d%n", outcome.code()))
          .append(outcome.err());
    }

    /** Returns the number of starts of the ranks, over all commands. */
    int attempts() {
      return codes.size() + retries();
    }

    int retries() {
      return lines(".*attempt \\d+ of \\d+ ended.*");
    }

    /** Returns how often ranks have made a step after a pause. */
    int pauses() {
      return lines(".*; paused .*");
    }

    private int lines(String pattern) {
      return (int) said.toString().lines().filter(line -> line.matches(pattern)).count();
    }
  }

  /** The run did not end as expected. */
  private static final class WrongException extends Exception {
    WrongException(String message) {
      super(message);
    }
  }

  private void requireModel(Injection injection, Path out) throws Exception {
    String found = hash(out);
    String expected = undisturbed(injection.moment()).hash();
    if (!found.equals(expected)) {
      throw new WrongException("expected model %s, found %s".formatted(expected, found));
    }
    int epochs = Files.readAllLines(Driver.files(out, "metrics.csv").get(0)).size();
    if (epochs != undisturbed(injection.moment()).metrics().size()) {
      throw new WrongException("epochs in metrics.csv: " + (epochs - 1));
    }
  }

  /** Asserts that the result has each pause that the log names, if one command has run all. */
  private static void requireHosts(Trial trial, Path out) throws IOException, WrongException {
    if (trial.codes.size() > 1) {
      return;
    }
    String json = Files.readString(Driver.files(out, "result.json").get(0));
    List<RunResult.Hosts> later =
        Json.read(json, RunResult.class).hosts().stream()
            .filter(each -> !each.why().equals(HostsEvent.START))
            .toList();
    boolean areAll = later.size() == trial.pauses();
    for (RunResult.Hosts each : later) {
      RunResult.Pause pause = each.pause();
      double parts =
          pause.endingSeconds()
              + pause.slotsSeconds()
              + pause.startingSeconds()
              + pause.dataSeconds();
      areAll &= parts > 0 && Math.abs(parts - pause.seconds()) < 1e-6;
    }
    if (!areAll) {
      throw new WrongException(
          String.format(
              Locale.ROOT,
              "expected hosts with the pauses of %d lines of the log, found %s",
              trial.pauses(),
              later));
    }
  }

  /** Asserts that the expected message was written, if there is one. */
  private static void requireMessage(Injection injection, Trial trial) throws WrongException {
    String words =
        switch (injection.kind()) {
          case CHECKPOINT_TORN -> "is not used";
          case DISK_FULL -> "No space left on device";
          case DRIVER_TERMINATED -> // at the end it may have done all by then
              injection.moment() == Moment.END ? "" : "stopped by a signal";
          case LAST_ATTEMPT -> trial.codes.get(0) == DONE ? "" : "error:";
          case EXECUTOR_NOT_REPLACED -> "expected slots>=2 (training.min-slots), found slots=1";
          case EXECUTOR_STOPPED -> "does not respond";
          default -> "";
        };
    boolean noticed = trial.codes.get(0) != DONE || trial.retries() > 0;
    if (noticed && trial.said.indexOf(words) < 0) {
      throw new WrongException("nobody said '%s'".formatted(words));
    }
  }

  Driver start(Path out, List<String> settings) throws IOException {
    return start(out, List.of(), settings);
  }

  /**
   * Returns a command.
   *
   * @param confs Spark settings
   */
  Driver start(Path out, List<String> confs, List<String> settings) throws IOException {
    driver = Driver.start(cluster, out, confs, settings);
    return driver;
  }

  private Script.Outcome command(Path out, List<String> settings) throws Exception {
    try (Driver undisturbedDriver = start(out, settings)) {
      return undisturbedDriver.outcome();
    }
  }

  /** Removes the job jars that each run leaves with its executors. */
  void forgetRuns() throws IOException {
    for (Path app : Driver.files(cluster.folder(), "-job.jar")) {
      Files.deleteIfExists(app);
    }
  }

  static List<String> with(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  static double secondsSince(long nanos) {
    return 1e-9 * (System.nanoTime() - nanos);
  }

  static String hash(Path out) throws IOException {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(TrainedModel.newest(out));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Ends the current run, and the cluster with all its executors. */
  @Override
  public void close() throws IOException {
    try {
      if (driver != null) {
        driver.close();
      }
    } finally {
      cluster.close();
    }
  }
}
