package io.syncnorm.faults;

import io.syncnorm.comm.wire.UnauthenticatedClients;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Compares three variants of a real run, in turns: with ten thousand unauthenticated connections to
 * every port that its driver and executors listen on, except Spark's, from before the ranks join
 * until the end; without such connections; and with as many attempts to connect to a closed port,
 * which shows the cost of the connections' source itself.
 */
final class StrangersDrill {
  private static final int STRANGERS = 10_000;
  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Long enough for all connections to be made during training. */
  private static final List<String> SETTINGS =
      List.of("data.limit-train=6000", "data.limit-test=1000", "training.epochs=150");

  /** Spark tries the next port this number of times if one is in use. */
  private static final int SPARK_RETRIES = 8;

  /** Bytes that a member of another run could have sent; this run's secret cannot be recorded. */
  private static final byte[] RECORDING =
      ("SyncNrm1" + "r".repeat(64)).getBytes(StandardCharsets.US_ASCII);

  /** The targets of bad connections. */
  private enum Visit {
    NOBODY,
    ANOTHER,
    RUN
  }

  private final Drill drill;
  private final int rounds;
  private final Map<Visit, List<Double>> commands = new EnumMap<>(Visit.class);
  private final Map<Visit, List<Double>> trainings = new EnumMap<>(Visit.class);
  private final Set<String> models = new HashSet<>();
  private int came;
  private int met;

  StrangersDrill(Drill drill, int rounds) {
    this.drill = drill;
    this.rounds = rounds;
  }

  /** Returns whether all models are the same. */
  boolean run() throws Exception {
    for (int round = 0; round < rounds; round++) {
      for (Visit visit : Visit.values()) {
        once(round, visit);
      }
    }
    boolean equal = models.size() == 1;
    System.out.printf(
        Locale.ROOT,
        "bad connections: %d attempts in each of %d runs, %d of them accepted; %s%n",
        came / rounds,
        rounds,
        met / rounds,
        equal ? "models equal" : "MODELS DIFFER");
    print("the whole command", commands);
    print("its training", trainings);
    return equal;
  }

  private static void print(String what, Map<Visit, List<Double>> seconds) {
    double without = median(seconds.get(Visit.NOBODY));
    double another = median(seconds.get(Visit.ANOTHER));
    double with = median(seconds.get(Visit.RUN));
    System.out.printf(
        Locale.ROOT,
        "bad connections: %-18s without %.2f s, to a closed port %.2f s, to the run %.2f s (medians): %+.1f %% over a closed port, %+.1f %% over without%n",
        what,
        without,
        another,
        with,
        100 * (with / another - 1),
        100 * (with / without - 1));
  }

  private void once(int round, Visit visit) throws Exception {
    Path out = drill.folder().resolve(String.format(Locale.ROOT, "strangers-%d-%s", round, visit));
    int ports = freePorts();
    List<String> confs =
        List.of(
            "spark.driver.port=" + ports,
            "spark.blockManager.port=" + (ports + 1),
            "spark.port.maxRetries=" + SPARK_RETRIES);
    List<String> settings = Drill.with(SETTINGS, drill.common());
    long start = System.nanoTime();
    try (Driver driver = drill.start(out, confs, settings)) {
      if (visit != Visit.NOBODY) {
        come(driver, ports, visit);
      }
      if (driver.outcome().code() != 0) {
        throw new IllegalStateException(driver.outcome().err());
      }
    }
    commands.computeIfAbsent(visit, any -> new ArrayList<>()).add(Drill.secondsSince(start));
    List<String> metrics = Files.readAllLines(Driver.files(out, "metrics.csv").get(0));
    trainings.computeIfAbsent(visit, any -> new ArrayList<>()).add(Shares.seconds(metrics));
    drill.forgetRuns();
    models.add(Drill.hash(out));
  }

  /** After the run's ports have closed, connections are still attempted to the last known ones. */
  private void come(Driver driver, int sparkPorts, Visit visit) throws Exception {
    int elsewhere = freePorts();
    List<ProcessHandle> executors = List.of();
    List<Integer> doors = List.of();
    long looked = System.nanoTime() - LOOK_NANOS;
    try (UnauthenticatedClients strangers = new UnauthenticatedClients(came + 1, RECORDING)) {
      while (driver.process().isAlive() && strangers.count() < STRANGERS) {
        if (System.nanoTime() - looked > LOOK_NANOS) {
          executors = executors.size() < 2 ? driver.executors() : executors;
          List<Integer> open = openPorts(driver, executors, sparkPorts);
          doors = open.isEmpty() ? doors : open;
          looked = System.nanoTime();
        }
        if (!doors.isEmpty()) {
          int door = doors.get(strangers.count() % doors.size());
          int port = visit == Visit.RUN ? door : elsewhere;
          strangers.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      if (visit == Visit.RUN) {
        came += strangers.count();
        met += strangers.accepted();
      }
    }
  }

  private static List<Integer> openPorts(
      Driver driver, List<ProcessHandle> executors, int sparkPorts) {
    List<ProcessHandle> processes = new ArrayList<>(executors);
    processes.add(driver.process());
    return processes.stream()
        .flatMap(process -> Sockets.listening(process).stream())
        .filter(port -> port < sparkPorts || port > sparkPorts + 1 + SPARK_RETRIES)
        .toList();
  }

  /** Returns the first of several consecutive ports that are currently unused. */
  private static int freePorts() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      return Math.min(free.getLocalPort(), 65_000);
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
