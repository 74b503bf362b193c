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

  private final Options options;
  private final Path folder;
  private final StandaloneCluster cluster;
  private final int executors;
  private final Killer killer;
  private final Tally tally = new Tally();
  private Driver driver;
  private int runs;

  /**
   * @param isStopping whether executors are stopped, not killed
   * @param world ranks; with fewer than three, one executor for each
   * @param checkpointSteps steps between checkpoints; 0 for one after each epoch
   * @param jar the job jar to run, or nothing for this project's
   */
  private record Options(
      int kills,
      Duration interval,
      long seed,
      boolean isStopping,
      int world,
      int checkpointSteps,
      int attempts,
      String jar) {

    static Options of(String... args) {
      return new Options(
          Integer.parseInt(args[0]),
          Duration.ofSeconds(Long.parseLong(args[1])),
          Long.parseLong(args[2]),
          args[3].equals("STOP"),
          Integer.parseInt(args[4]),
          Integer.parseInt(args[5]),
          Integer.parseInt(args[6]),
          args.length > 7 ? args[7] : "");
    }
  }

  private KillDrill(Options options, Path folder) throws IOException {
    this.options = options;
    this.folder = folder;
    this.executors = Math.min(WORKERS, options.world);
    this.killer = new Killer(options.isStopping, new SplittableRandom(options.seed));
    this.cluster = StandaloneCluster.start(folder.resolve("cluster"), WORKERS);
  }

  /**
   * Runs the drill.
   *
   * @param args number of kills, seconds between them, seed, {@code KILL} or {@code STOP}, world,
   *     steps between checkpoints, {@code training.max-attempts}, and optionally a job jar
   */
  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    Path folder = Files.createTempDirectory("kills");
    KillDrill drill = new KillDrill(Options.of(args), folder);
    Runtime.getRuntime().addShutdownHook(new Thread(drill::end));
    System.exit(drill.run() ? 0 : 1);
  }

  private boolean run() throws Exception {
    double[] rates = new double[executors + 1];
    for (int slots = 1; slots <= executors; slots++) {
      rates[slots] = rate(slots);
    }
    int epochs = (int) Math.max(10, rates[executors] * RUN_SECONDS);
    String expected = undisturbed(epochs);
    while (tally.blows() < options.kills) {
      KilledRun run = new KilledRun(epochs, rates, killer, options.interval);
      Path out = folder.resolve("run-" + ++runs);
      int starts = follow(run, out);
      String hash = Drill.hash(out);
      tally.add(run, starts, hash.equals(expected));
      print("run %d: %s, model %s%s", runs, run, hash, hash.equals(expected) ? "" : " WRONG");
    }
    tally.lines().forEach(KillDrill::print);
    return tally.isEqual();
  }

  /**
   * Returns the epochs per second with a number of executors, or of ranks if these must be equal.
   */
  private double rate(int slots) throws Exception {
    Rate rate = new Rate();
    if (measure(rate, slots, options.world) == TOO_FEW_SLOTS) {
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
    KilledRun run = new KilledRun(epochs, new double[executors + 1], killer, NEVER);
    try (Driver undisturbed = start(out, executors, options.world, String.valueOf(epochs))) {
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
      try (Driver disturbed = start(out, executors, options.world, String.valueOf(run.epochs()))) {
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
      tally.lines().forEach(KillDrill::print);
      throw new IOException(e.getMessage() + "; see " + log, e);
    }
  }

  private static String errors(String err) {
    return err.lines().filter(line -> line.contains("error:")).collect(Collectors.joining(" "));
  }

  private Driver start(Path out, int slots, int world, String epochs) throws IOException {
    List<String> words = new ArrayList<>(List.of("--executors", String.valueOf(slots)));
    if (!options.jar.isEmpty()) {
      words.addAll(List.of("--jar", options.jar));
    }
    String steps = options.checkpointSteps == 0 ? "1" : "\"" + options.checkpointSteps + " steps\"";
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
                "training.max-attempts=" + options.attempts,
                "training.wait-timeout=4s",
                "training.load-timeout=10s",
                "training.slot-timeout=" + (slots < executors ? "10s" : "60s"),
                "checkpoint.every=" + steps));
    return driver;
  }

  private void forgetJars() throws IOException {
    for (Path jar : Driver.files(cluster.folder(), "-job.jar")) {
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

  private void end() {
    try {
      close();
      if (Files.exists(folder.resolve("hang.log"))) {
        System.err.println("kept, with the log of the hang: " + folder);
      } else {
        Drill.delete(folder);
      }
    } catch (IOException | RuntimeException e) {
      System.err.println("cleaning up " + folder + ": " + e);
    }
  }
}
