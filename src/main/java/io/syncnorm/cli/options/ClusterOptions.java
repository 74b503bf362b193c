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
      names = "--probe",
      description =
          "measure the network between two executors of the cluster, and a step on one of them")
  private boolean isProbing;

  @Option(
      names = "--latency",
      paramLabel = "TIME",
      converter = LinkTime.class,
      description = "how long a small message takes from one machine to another, such as 25us")
  private Double latency;

  @Option(
      names = "--bandwidth",
      paramLabel = "RATE",
      converter = LinkRate.class,
      description = "bits per second of a machine's network, such as 10Gb")
  private Double bandwidth;

  @Option(
      names = "--overhead",
      paramLabel = "TIME",
      converter = LinkTime.class,
      description =
          "the part of the latency in which a process works, again for each further message"
              + " (default: 3us)")
  private Double overhead;

  @Option(
      names = "--ranks-per-executor",
      paramLabel = "N",
      description = "ranks of an executor (default: 1; with --probe the task slots of an executor)")
  private Integer ranksPerExecutor;

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

  /** Whether the network is measured, on the cluster. */
  public boolean isProbing() {
    return isProbing;
  }

  /** The network that the options describe. */
  public LinkCost network() {
    double work = Math.min(overhead == null ? LinkCost.TYPICAL.overhead() : overhead, latency);
    return new LinkCost(latency - work, work, bandwidth);
  }

  /**
   * The cluster to plan, on a network as described.
   *
   * @param slotsOfExecutor ranks of an executor unless an option says how many
   */
  public Cluster cluster(int slotsOfExecutor, LinkCost network) {
    int ofExecutor = ranksPerExecutor == null ? slotsOfExecutor : ranksPerExecutor;
    int ofMachine = (int) Math.min(mostRanks(), (long) ofExecutor * executorsPerMachine);
    return new Cluster(
        ofExecutor,
        executorsPerMachine,
        coresPerMachine == null ? ofMachine : coresPerMachine,
        network);
  }

  /** Rejects invalid options before Spark starts. */
  public void requireValid(Configuration configuration) {
    requireNetwork();
    requirePositive("--ranks-per-executor", ranksPerExecutor == null ? 1 : ranksPerExecutor);
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
              "with --inputs no data is read: expected --rows and --set data.classes=N beside"
                  + " --inputs=%d",
              inputs));
    }
  }

  private void requireNetwork() {
    if (isProbing && (latency != null || bandwidth != null || overhead != null)) {
      throw usage(
          "--probe measures the network: expected none of --latency, --bandwidth and --overhead"
              + " beside it");
    }
    if (!isProbing && (latency == null || bandwidth == null)) {
      throw usage(
          "a plan needs a network: expected --latency=TIME and --bandwidth=RATE, or --probe on a"
              + " cluster");
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
