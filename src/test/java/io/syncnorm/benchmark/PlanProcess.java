package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.LinkProbe;
import io.syncnorm.comm.Membership;
import io.syncnorm.comm.driver.Rendezvous;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.wire.RunKey;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.nn.Blas;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;

/** A process of {@link PlanBenchmark} with one rank, and the driver of several of them. */
final class PlanProcess {
  static final int INPUTS = 784;
  static final int BATCH = 128;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final int MAX_REPORT = 1 << 16;
  private static final int CLASSES = 10;

  /** Steps of a process that measures the network. */
  private static final int PROBE = 0;

  private PlanProcess() {}

  /** Times of an epoch. */
  record Times(
      double computeSeconds, double exchangeSeconds, double waitSeconds, double mergeSeconds) {
    static Times of(EpochResult.Times epoch, int steps) {
      return new Times(
          epoch.computeSeconds() / steps,
          epoch.syncSeconds() / steps,
          epoch.waitSeconds() / steps,
          epoch.averageSeconds());
    }

    double stepSeconds() {
      return computeSeconds + exchangeSeconds + waitSeconds;
    }
  }

  /** Measures the network between two processes. */
  static LinkCost probe(Configuration configuration) throws Exception {
    DataInputStream in =
        new DataInputStream(new ByteArrayInputStream(run(configuration, 2, PROBE).get(0)));
    return new LinkCost(in.readDouble(), in.readDouble(), in.readDouble());
  }

  /** Trains on so many processes; returns the median times of the epochs in the last quarter. */
  static Times train(Configuration configuration, int processes, int steps) throws Exception {
    int layers = configuration.get(Keys.HIDDEN).size();
    List<Times> epochs = new ArrayList<>();
    for (byte[] report : run(configuration, processes, steps)) {
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(report));
      epochs.add(Times.of(EpochResult.readFrom(in, layers).times(), steps));
    }
    List<Times> later = epochs.subList(3 * epochs.size() / 4, epochs.size());
    return new Times(
        PlanBenchmark.median(later, Times::computeSeconds),
        PlanBenchmark.median(later, Times::exchangeSeconds),
        PlanBenchmark.median(later, Times::waitSeconds),
        PlanBenchmark.median(later, Times::mergeSeconds));
  }

  /** Runs ranks in processes of their own, and returns what rank 0 reports. */
  private static List<byte[]> run(Configuration configuration, int world, int steps)
      throws Exception {
    RunKey key = RunKey.random();
    Reports reports = new Reports();
    List<Process> processes = new ArrayList<>();
    try (Rendezvous rendezvous =
        new Rendezvous(
            InetAddress.getLoopbackAddress(), key, world, TIMEOUT, MAX_REPORT, reports)) {
      for (int rank = 0; rank < world; rank++) {
        processes.add(start());
      }
      for (int rank = 0; rank < world; rank++) {
        ObjectOutputStream out = new ObjectOutputStream(processes.get(rank).getOutputStream());
        out.writeInt(rendezvous.port());
        out.writeInt(rank);
        out.writeInt(world);
        out.writeInt(steps);
        out.writeObject(key);
        out.writeObject(configuration);
        out.flush();
      }
      for (Process process : processes) {
        if (process.waitFor() != 0) {
          throw new IOException("a process ended with " + process.exitValue());
        }
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
    return reports.all;
  }

  private static Process start() throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            PlanProcess.class.getName())
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Runs a rank. */
  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    try (ObjectInputStream in = new ObjectInputStream(System.in)) {
      int port = in.readInt();
      int rank = in.readInt();
      int world = in.readInt();
      int steps = in.readInt();
      RunKey key = (RunKey) in.readObject();
      Configuration configuration = (Configuration) in.readObject();
      InetAddress here = InetAddress.getLoopbackAddress();
      Blas.instance().useOneThread();
      try (Membership membership =
          Membership.join(here.getHostAddress(), port, key, rank, world, here, TIMEOUT)) {
        membership.awaitTurn(TIMEOUT);
        membership.communicator().awaitLoaded(TIMEOUT);
        if (steps == PROBE) {
          LinkCost link = LinkProbe.measure(membership).orElseThrow();
          report(
              membership,
              out -> {
                out.writeDouble(link.latency());
                out.writeDouble(link.overhead());
                out.writeDouble(link.bytesPerSecond());
              });
        } else {
          train(membership, configuration, steps);
        }
      }
    }
    System.exit(0);
  }

  private static void train(Membership membership, Configuration configuration, int steps) {
    int rank = membership.communicator().rank();
    int world = membership.communicator().world();
    Shard shard =
        new Shard(
            rank, world, RowStore.of(rows(steps * BATCH, rank)), RowStore.of(rows(BATCH, rank)));
    StepPlan plan = new StepPlan(Collections.nCopies(world, (long) steps * BATCH), BATCH);
    new RankTraining(
            configuration,
            shard,
            plan,
            TraineeMaker.CONFIGURED,
            Snapshot.fresh(configuration, INPUTS),
            membership.communicator())
        .run((result, snapshot) -> report(membership, result::writeTo), List.of());
  }

  private static Rows rows(int count, int rank) {
    SplittableRandom random = new SplittableRandom(rank);
    byte[] pixels = new byte[count * INPUTS];
    random.nextBytes(pixels);
    return new Rows(INPUTS, new Features.Bytes(pixels), random.ints(count, 0, CLASSES).toArray());
  }

  private interface Content {
    void writeTo(DataOutputStream out) throws IOException;
  }

  private static void report(Membership membership, Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      content.writeTo(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    membership.report(bytes.toByteArray());
  }

  /** The reports of rank 0, as they come. */
  private static final class Reports implements Rendezvous.Events {
    private final List<byte[]> all = new CopyOnWriteArrayList<>();

    @Override
    public void reported(int rank, ReportBytes report) {
      if (rank == 0) {
        all.add(report.toArray(MAX_REPORT));
      }
    }

    @Override
    public void failed(int rank, byte[] payload) {}

    @Override
    public void lost(int rank, String how) {
      System.err.printf("rank %d is lost: %s%n", rank, how);
    }

    @Override
    public void finished(int rank) {}
  }
}
