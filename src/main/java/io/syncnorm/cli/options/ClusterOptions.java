package io.syncnorm.cli.options;

import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Shape;
import io.syncnorm.plan.Cluster;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The cluster to plan, and rows that do not exist yet. */
public final class ClusterOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--ranks",
      required = true,
      split = ",",
      paramLabel = "N",
      description = "numbers of ranks to plan, such as 64,256,1024")
  private List<Integer> ranks;

  @Option(
      names = "--latency",
      required = true,
      paramLabel = "TIME",
      converter = LinkTime.class,
      description = "how long a small message takes from one machine to another, such as 25us")
  private double latency;

  @Option(
      names = "--bandwidth",
      required = true,
      paramLabel = "RATE",
      converter = LinkRate.class,
      description = "bits per second of a machine's network, such as 10Gb")
  private double bandwidth;

  @Option(
      names = "--overhead",
      paramLabel = "TIME",
      defaultValue = "3us",
      converter = LinkTime.class,
      description =
          "the part of the latency in which a process works, again for each further message"
              + " (default: ${DEFAULT-VALUE})")
  private double overhead;

  @Option(
      names = "--ranks-per-executor",
      paramLabel = "N",
      defaultValue = "1",
      description = "ranks of an executor (default: ${DEFAULT-VALUE})")
  private int ranksPerExecutor;

  @Option(
      names = "--executors-per-machine",
      paramLabel = "N",
      defaultValue = "1",
      description = "executors of a machine, which share its network (default: ${DEFAULT-VALUE})")
  private int executorsPerMachine;

  @Option(
      names = "--cores-per-machine",
      paramLabel = "N",
      description = "cores that the ranks of a machine share (default: one for each rank)")
  private Integer coresPerMachine;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = "training rows of an epoch, instead of the configured data's")
  private Long rows;

  @Option(
      names = "--inputs",
      paramLabel = "N",
      description =
          "values of a row; then no data is read, and --rows and data.classes must be set")
  private Integer inputs;

  public List<Integer> ranks() {
    return List.copyOf(ranks);
  }

  /** Number of ranks of the largest world. */
  public int mostRanks() {
    return Collections.max(ranks);
  }

  public Cluster cluster() {
    int ofMachine = (int) Math.min(mostRanks(), (long) ranksPerExecutor * executorsPerMachine);
    double work = Math.min(overhead, latency);
    return new Cluster(
        ranksPerExecutor,
        executorsPerMachine,
        coresPerMachine == null ? ofMachine : coresPerMachine,
        new LinkCost(latency - work, work, bandwidth));
  }

  /** Rejects invalid options before Spark starts. */
  public void requireValid(Configuration configuration) {
    requirePositive("--ranks-per-executor", ranksPerExecutor);
    requirePositive("--executors-per-machine", executorsPerMachine);
    requirePositive("--cores-per-machine", coresPerMachine == null ? 1 : coresPerMachine);
    requirePositive("--rows", rows == null ? 1 : rows);
    requirePositive("--inputs", inputs == null ? 1 : inputs);
    for (int world : ranks) {
      if (world < 1 || world > Keys.MOST_RANKS) {
        throw usage(
            String.format(
                Locale.ROOT,
                "--ranks must be from 1 to %d: found --ranks=%d",
                Keys.MOST_RANKS,
                world));
      }
    }
    boolean areClassesKnown = configuration.get(Keys.CLASSES) != Keys.AUTO_CLASSES;
    if (inputs != null && (rows == null || !areClassesKnown)) {
      throw usage(
          String.format(
              Locale.ROOT,
              "with --inputs no data is read: expected --rows and --set data.classes=N beside --inputs=%d",
              inputs));
    }
  }

  private void requirePositive(String option, long number) {
    if (number < 1) {
      throw usage(
          String.format(Locale.ROOT, "%s must be at least 1: found %s=%d", option, option, number));
    }
  }

  /** The rows that the options describe, if they describe them completely. */
  public Optional<Shape> shape() {
    return inputs == null
        ? Optional.empty()
        : Optional.of(Shape.dense(inputs, Shape.Kind.FLOATS, false, rows));
  }

  /** The rows of the data, as many as the options say. */
  public Shape shape(Shape read) {
    return rows == null ? read : read.withRows(rows);
  }

  private ParameterException usage(String message) {
    return new ParameterException(command.commandLine(), message);
  }
}
