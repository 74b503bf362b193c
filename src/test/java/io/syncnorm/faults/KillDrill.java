package io.syncnorm.faults;

import io.syncnorm.Lifeline;
import io.syncnorm.submit.Script;
import io.syncnorm.submit.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.apache.commons.io.FileUtils;

/**
 * Trains on a cluster of three small executors, takes one of them every few seconds, and prints the
 * goodput: the steps of the final models over the steps that were possible with the executors that
 * lived. Exits with 0 if every model equals that of the undisturbed run.
 */
public final class KillDrill implements AutoCloseable {
  private static final int WORKERS = 3;
  private static final int TOO_FEW_SLOTS = 4;
  private static final int WARM_UP_EPOCHS = 5;
  private static final double RATE_SECONDS = 20;
  private static final double RUN_SECONDS = 120;
  private static final int MOST_STARTS = 100;
  private static final String ENDLESS = "100000";
  private static final Duration NEVER = Duration.ofDays(365);

  private final KillOptions options;
  private final Path folder;
  private final StandaloneCluster cluster;
  private final int executors;
  private final double[] rates;
  private final ExecutorArchive archive;
  private List<String> executorOptions;
  private Killer killer;
  private Tally tally = new Tally();
  private Driver driver;
  private int runs;

  private KillDrill(KillOptions options, Path folder) throws IOException {
    this.options = options;
    this.folder = folder;
    this.executors = Math.min(WORKERS, options.world());
    this.rates = new double[executors + 1];
    this.archive =
        new ExecutorArchive(
            folder, options.jar().isEmpty() ? ExecutorArchive.builtJar() : Path.of(options.jar()));
    this.executorOptions = archive.recorded();
    this.killer = killer(false);
    this.cluster = StandaloneCluster.start(folder.resolve("cluster"), WORKERS);
  }

  private Killer killer(boolean isStopping) {
    return new Killer(isStopping, new SplittableRandom(options.seed()));
  }

  /**
   * Runs the drill.
   *
   * @param args see {@link KillOptions#of}
   */
  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    Path folder = Files.createTempDirectory("kills");
    KillDrill drill = new KillDrill(KillOptions.of(args), folder);
    Runtime.getRuntime().addShutdownHook(new Thread(drill::end));
    System.exit(drill.run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    record();
    for (int slots = 1; slots <= executors; slots++) {
      rates[slots] = rate(slots);
    }
    int epochs = (int) Math.max(10, rates[executors] * RUN_SECONDS);
    String expected = undisturbed(epochs);
    boolean isEqual = disturb(options.kills(), options.interval(), epochs, expected);
    killer = killer(true);
    return disturb(options.stops(), options.interval().multipliedBy(2), epochs, expected)
        && isEqual;
  }

  /** Creates the archive of executors, from one that has trained. */
  private void record() throws Exception {
    try (Driver recorded = start(folder.resolve("recorded"), 1, 1, ENDLESS)) {
      recorded.awaitEpoch(2);
      archive.record(recorded.executors().get(0));
    }
    executorOptions = archive.used();
  }

  /** Takes at least so many executors from runs; returns whether all models are as expected. */
  private boolean disturb(int count, Duration interval, int epochs, String expected)
      throws Exception {
    tally = new Tally();
    while (tally.blows() < count) {
      KilledRun run = new KilledRun(epochs, rates, killer, interval);
      Path out = folder.resolve("run-" + ++runs);
      int starts = follow(run, out);
      String hash = Drill.hash(out);
      tally.add(run, starts, hash.equals(expected));
      print("run %d: %s, model %s%s", runs, run, hash, hash.equals(expected) ? "" : " WRONG");
    }
    boolean isEqual = tally.isEqual();
    printTally();
    return isEqual;
  }

  /** Prints the sums of the runs since it was last called. */
  private void printTally() {
    if (tally.blows() > 0) {
      print("%s", killer);
      tally.lines().forEach(line -> print("%s", line));
      tally = new Tally();
    }
  }

  /**
   * Returns the epochs per second with a number of executors, or of ranks if these must be equal.
   */
  private double rate(int slots) throws Exception {
    Rate rate = new Rate();
    if (measure(rate, slots, options.world()) == TOO_FEW_SLOTS) {
      measure(rate, slots, slots);
    }
    print(
        "%d executors: %.3f epochs/s, %.0f steps/s",
        slots, rate.perSecond(), rate.perSecond() * rate.stepsPerEpoch);
    return rate.perSecond();
  }

  private int measure(Rate rate, int slots, int world) throws Exception {
    Path out = folder.resolve(String.format(Locale.ROOT, "rate-%d-%d", slots, world));
    try (Driver measured = start(out, slots, world, ENDLESS)) {
      RunLog log = new RunLog(measured, rate);
      while (measured.process().isAlive() && !rate.isMeasured()) {
        log.read();
        Thread.sleep(5);
      }
      rate.stepsPerEpoch = log.stepsPerEpoch();
      measured.process().destroy();
      Script.Outcome outcome = measured.outcome();
      if (!rate.isMeasured() && outcome.code() != TOO_FEW_SLOTS) {
        throw new IOException("exit code " + outcome.code() + ": " + outcome.err());
      }
      return outcome.code();
    } finally {
      forgetJars();
    }
  }

  /** Epochs that have ended since the JVMs are warm. */
  private static final class Rate implements RunLog.Listener {
    private int stepsPerEpoch;
    private long since;
    private long last;
    private int epochs;

    @Override
    public void epoch(int epoch, double seconds, long nanos) {
      if (epoch == WARM_UP_EPOCHS) {
        since = nanos;
      } else if (epoch > WARM_UP_EPOCHS) {
        last = nanos;
        epochs = epoch - WARM_UP_EPOCHS;
      }
    }

    boolean isMeasured() {
      return 1e-9 * (last - since) > RATE_SECONDS;
    }

    double perSecond() {
      return epochs / (1e-9 * (last - since));
    }
  }

  private String undisturbed(int epochs) throws Exception {
    Path out = folder.resolve("undisturbed");
    KilledRun run = new KilledRun(epochs, rates, killer, NEVER);
    try (Driver undisturbed = start(out, executors, options.world(), String.valueOf(epochs))) {
      run.follow(undisturbed);
      Script.Outcome outcome = undisturbed.outcome();
      if (outcome.code() != 0) {
        throw new IOException("the undisturbed run failed: " + outcome.err());
      }
    }
    forgetJars();
    String hash = Drill.hash(out);
    print(
        "undisturbed: %d epochs in %.1f s, %.3f epochs/s, model %s",
        epochs, run.seconds(), epochs / run.seconds(), hash);
    return hash;
  }

  /** Repeats a command until it is done, and returns how often it was started. */
  private int follow(KilledRun run, Path out) throws Exception {
    for (int starts = 1; starts <= MOST_STARTS; starts++) {
      try (Driver disturbed =
          start(out, executors, options.world(), String.valueOf(run.epochs()))) {
        int before = run.blows().size();
        follow(run, disturbed);
        Script.Outcome outcome = disturbed.outcome();
        run.blows().stream().skip(before).forEach(blow -> print("  %s", blow));
        if (outcome.code() == 0) {
          tally.addResult(outcome.lastLine());
          return starts;
        }
        print("  exit code %d: %s", outcome.code(), errors(outcome.err()));
      } finally {
        forgetJars();
      }
    }
    throw new IOException("not done after " + MOST_STARTS + " starts");
  }

  private void follow(KilledRun run, Driver disturbed) throws Exception {
    try {
      run.follow(disturbed);
    } catch (KilledRun.HangException e) {
      Path log = folder.resolve("hang.log");
      Files.writeString(log, disturbed.err());
      tally.add(run, 1, false);
      throw new IOException(e.getMessage() + "; see " + log, e);
    }
  }

  private static String errors(String err) {
    return err.lines().filter(line -> line.contains("error:")).collect(Collectors.joining(" "));
  }

  private Driver start(Path out, int slots, int world, String epochs) throws IOException {
    List<String> words = new ArrayList<>(List.of("--executors", String.valueOf(slots)));
    words.addAll(executorOptions);
    String steps =
        options.checkpointSteps() == 0 ? "1" : "\"" + options.checkpointSteps() + " steps\"";
    driver =
        Driver.submit(
            cluster,
            out,
            words,
            List.of(
                "run.name=kills",
                "training.world=" + world,
                "training.epochs=" + epochs,
                "training.batch-size=64",
                "training.averaging.every=\"20 steps\"",
                "training.max-attempts=" + options.attempts(),
                "training.wait-timeout=2s",
                "training.load-timeout=10s",
                "training.slot-timeout=" + (slots < executors ? "10s" : "60s"),
                "checkpoint.every=" + steps));
    return driver;
  }

  /** Each executor has its own copy. */
  private void forgetJars() throws IOException {
    for (Path jar : Driver.files(cluster.folder(), ".jar")) {
      Files.deleteIfExists(jar);
    }
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  /** Ends the driver and the cluster, with all executors. */
  @Override
  public void close() throws IOException {
    try {
      killer.close();
      if (driver != null) {
        driver.close();
      }
    } finally {
      cluster.close();
    }
  }

  /** Also when the drill is interrupted. */
  private void end() {
    printTally();
    try {
      close();
      if (Files.exists(folder.resolve("hang.log"))) {
        System.err.println("kept, with the log of the hang: " + folder);
      } else {
        FileUtils.deleteDirectory(folder.toFile());
      }
    } catch (IOException | RuntimeException e) {
      System.err.println("cleaning up " + folder + ": " + e);
    }
  }
}
