package io.syncnorm.benchmark;

import io.syncnorm.checkpoint.CheckpointOwner;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.comm.Membership;
import io.syncnorm.comm.driver.Rendezvous;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.comm.wire.RunKey;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.files.LocalFolder;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.shard.DealtData;
import io.syncnorm.spark.shard.GivenRows;
import io.syncnorm.spark.shard.ShardTraining;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.Progress;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.ReportSender;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.Trainee;
import io.syncnorm.train.TraineeMaker;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Times how long a checkpoint of a network with 100 million parameters and Adam stalls training: by
 * how much the two steps after a snapshot are longer than other steps. Steps without a snapshot
 * differ, too; their figures are printed beside. A step has a mini-batch of 64 rows and takes about
 * a second.
 *
 * <pre>
 * java -Xmx8g -cp ... io.syncnorm.benchmark.SnapshotBenchmark
 * java -Xmx14g -cp ... io.syncnorm.benchmark.SnapshotBenchmark checkpoints
 * </pre>
 *
 * The first measures a rank whose driver is in another process, as on a cluster. The second trains
 * in Spark's local mode, where the driver receives the snapshots in the same process, and stores
 * them in the folder.
 */
public final class SnapshotBenchmark {
  private static final int INPUTS = 1_000;
  private static final int BATCH = 64;
  private static final int STEPS_BETWEEN_SNAPSHOTS = 8;
  private static final int SNAPSHOTS = 12;
  private static final int STEPS = (1 + SNAPSHOTS) * STEPS_BETWEEN_SNAPSHOTS;
  private static final String DRIVER = "driver";

  /** Nanoseconds of each step; static, so that the rank reaches them in local mode. */
  private static final long[] TIMES = new long[STEPS];

  private static int steps;
  private static long startNanos;
  private static long startCpuNanos;

  private SnapshotBenchmark() {}

  /** Prints the time of each step, and the stall. */
  public static void main(String[] args) throws Exception {
    if (List.of(args).contains(DRIVER)) {
      drive();
      return;
    }
    Configuration configuration =
        ConfigLoader.load(
            List.of(),
            List.of(
                "data.classes=10",
                "model.hidden=[10000,8900]",
                "training.epochs=1",
                "training.world=1",
                "training.averaging.every=1 steps",
                "training.telemetry=off",
                "model.batch-norm.recalibrate=0",
                "checkpoint.every=" + STEPS_BETWEEN_SNAPSHOTS + " steps",
                "training.batch-size=" + BATCH));
    Snapshot fresh = Snapshot.fresh(configuration, INPUTS);
    print(
        "parameters=%d, snapshot of %.2f GB",
        fresh.parameters().length, 1e-9 * fresh.encodedLength());
    Blas.instance().useOneThread();
    if (args.length == 0) {
      trainRank(configuration, fresh);
    } else {
      trainLocally(configuration, fresh, Path.of(args[0]));
    }
    printStall();
  }

  private static Rows rows(int count) {
    SplittableRandom random = new SplittableRandom(1);
    float[] features = new float[count * INPUTS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextDouble();
    }
    return new Rows(INPUTS, new Features.Floats(features), new int[count]);
  }

  private static void trainRank(Configuration configuration, Snapshot fresh) throws Exception {
    Shard shard = new Shard(0, 1, RowStore.of(rows(BATCH * (STEPS + 1))), RowStore.of(rows(2)));
    Duration timeout = configuration.get(Keys.WAIT_TIMEOUT);
    InetAddress here = InetAddress.getLoopbackAddress();
    Process driver =
        new ProcessBuilder(
                "nice", // on a cluster it would be on another machine
                "-n",
                "19",
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx2g",
                "-cp",
                System.getProperty("java.class.path"),
                SnapshotBenchmark.class.getName(),
                DRIVER)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (ObjectInputStream from = new ObjectInputStream(driver.getInputStream());
        Membership rank =
            Membership.join(
                here.getHostAddress(),
                from.readInt(),
                (RunKey) from.readObject(),
                0,
                1,
                here,
                timeout);
        ReportSender sender =
            new ReportSender(
                0,
                configuration.get(Keys.CHECKPOINT_EVERY),
                EpochReport.maxEncodedLength(fresh, 2),
                rank::report,
                () -> false)) {
      StepPlan plan = StepPlan.of(List.of(shard), BATCH);
      new RankTraining(
              configuration, shard, plan, SnapshotBenchmark::timed, fresh, rank.communicator())
          .run(sender, List.of());
      sender.flush();
    } finally {
      driver.destroy();
    }
  }

  /** The driver of a rank in another process: receives snapshots and drops them. */
  private static void drive() throws Exception {
    RunKey key = RunKey.random();
    CountDownLatch end = new CountDownLatch(1);
    Rendezvous.Events events =
        new Rendezvous.Events() {
          @Override
          public void reported(int rank, ReportBytes report) {}

          @Override
          public void failed(int rank, byte[] payload) {}

          @Override
          public void lost(int rank, String how) {}

          @Override
          public void finished(int rank) {
            end.countDown();
          }
        };
    try (Rendezvous rendezvous =
        new Rendezvous(
            InetAddress.getLoopbackAddress(),
            key,
            1,
            Duration.ofMinutes(1),
            Long.MAX_VALUE,
            events)) {
      ObjectOutputStream out = new ObjectOutputStream(System.out);
      out.writeInt(rendezvous.port());
      out.writeObject(key);
      out.flush();
      end.await();
    }
  }

  private static void trainLocally(Configuration configuration, Snapshot fresh, Path folder)
      throws IOException {
    Files.createDirectories(folder);
    CheckpointOwner owner =
        new CheckpointOwner(
            "large", configuration, 2, List.of(), new CheckpointOwner.Wording("", "", ""));
    Checkpoints checkpoints =
        new Checkpoints(new LocalFolder(folder), owner, (address, reason) -> {});
    try (JavaSparkContext spark = LocalSpark.start("SnapshotBenchmark", 1);
        DealtData data =
            GivenRows.dealt(
                spark,
                rows(BATCH * (STEPS + 1)),
                rows(2),
                Dealing.SHUFFLED,
                1,
                configuration.get(Keys.SEED))) {
      new ShardTraining(spark, data, SnapshotBenchmark::timed)
          .run(
              "benchmark",
              configuration,
              Progress.from(fresh),
              (results, progress) -> {
                long start = System.nanoTime();
                checkpoints.write(progress, results.size());
                print(
                    "stored %s in %.1f s",
                    progress.latest().position(), 1e-9 * (System.nanoTime() - start));
              });
    }
    checkpoints.clear();
  }

  /** A trainee that times the steps: from the load of a mini-batch to the next load. */
  private static Trainee timed(
      Configuration configuration, Shard shard, Snapshot start, RankReduction reduction) {
    Trainee trainee = TraineeMaker.CONFIGURED.make(configuration, shard, start, reduction);
    return (Trainee)
        Proxy.newProxyInstance(
            Trainee.class.getClassLoader(),
            new Class<?>[] {Trainee.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("load")) {
                nextStep();
              }
              try {
                return method.invoke(trainee, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void nextStep() {
    long now = System.nanoTime();
    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    if (steps > 0) {
      TIMES[steps - 1] = now - startNanos;
      print(
          "step %d: %.0f ms, of which %.0f ms on a core%s",
          steps,
          1e-6 * TIMES[steps - 1],
          1e-6 * (cpu - startCpuNanos),
          steps % STEPS_BETWEEN_SNAPSHOTS == 1 && steps > 1 ? "; after a snapshot" : "");
    }
    steps++;
    startNanos = now;
    startCpuNanos = cpu;
  }

  private static void printStall() {
    print("stalls of a checkpoint: %s", excesses(0));
    print(
        "the same of steps that no checkpoint touches: %s", excesses(STEPS_BETWEEN_SNAPSHOTS / 2));
  }

  /**
   * How much longer two steps of each period took than the median of the period's other steps.
   *
   * @param first the place of the two in their period; a period begins with a snapshot
   */
  private static String excesses(int first) {
    List<Double> excesses = new ArrayList<>();
    for (int start = STEPS_BETWEEN_SNAPSHOTS; start < STEPS; start += STEPS_BETWEEN_SNAPSHOTS) {
      List<Double> others = new ArrayList<>();
      double both = 0;
      for (int place = 0; place < STEPS_BETWEEN_SNAPSHOTS; place++) {
        double milliseconds = 1e-6 * TIMES[start + place];
        if (place == first || place == first + 1) {
          both += milliseconds;
        } else {
          others.add(milliseconds);
        }
      }
      excesses.add(both - 2 * median(others));
    }
    return String.format(
        Locale.ROOT,
        "median %.0f ms, longest %.0f ms, of %d",
        median(excesses),
        excesses.stream().max(Double::compare).orElseThrow(),
        excesses.size());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }
}
