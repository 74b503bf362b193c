package io.syncnorm.benchmark;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.SharedMemoryWorld;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.ReportSender;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Times how long a snapshot of a network with 100 million parameters and Adam holds up the rank's
 * thread: taking it, and waiting before the next update until it is encoded. A step has a
 * mini-batch of 64 rows.
 *
 * <pre>
 * java -Xmx9g -cp ... io.syncnorm.benchmark.SnapshotBenchmark
 * </pre>
 */
public final class SnapshotBenchmark {
  private static final int INPUTS = 1_000;
  private static final int BATCH = 64;
  private static final int STEPS = 24;

  private SnapshotBenchmark() {}

  /** Prints the stall of each snapshot. */
  public static void main(String[] args) {
    Configuration configuration =
        ConfigLoader.load(
            List.of(),
            List.of(
                "data.classes=10",
                "model.hidden=[10000,8900]",
                "training.epochs=1",
                "training.averaging.every=1 steps",
                "training.telemetry=off",
                "model.batch-norm.recalibrate=0",
                "training.batch-size=" + BATCH));
    SplittableRandom random = new SplittableRandom(1);
    float[] features = new float[BATCH * STEPS * INPUTS];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextDouble();
    }
    Rows rows = new Rows(INPUTS, new Features.Floats(features), new int[BATCH * STEPS]);
    RowStore few = RowStore.of(rows.pick(new int[] {0, 1}));
    Shard shard = new Shard(0, 1, RowStore.of(rows), few);
    Snapshot fresh = Snapshot.fresh(configuration, INPUTS);
    print(
        "parameters=%d, report of %.2f GB",
        fresh.parameters().length, 1e-9 * fresh.encodedLength());
    try (Communicator one =
            new SharedMemoryWorld(1, configuration.get(Keys.WAIT_TIMEOUT)).communicator(0);
        ReportSender sender =
            new ReportSender(0, new Period.EverySteps(6), SnapshotBenchmark::sent, () -> false)) {
      StepPlan plan = StepPlan.of(List.of(shard), BATCH);
      new RankTraining(configuration, shard, plan, TraineeMaker.CONFIGURED, fresh, one)
          .run(new Stopwatch(sender), List.of());
    }
  }

  private static void sent(byte[] report) {
    long nanos = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    print("reports so far took the sending thread %.0f ms of processor time", 1e-6 * nanos);
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  /** Adds up the time that the rank's thread spends with reports. */
  private static final class Stopwatch implements EpochReport.Listener {
    private final ReportSender sender;
    private long stalledNanos;
    private long stepNanos = System.nanoTime();

    Stopwatch(ReportSender sender) {
      this.sender = sender;
    }

    private void time(Runnable call) {
      long start = System.nanoTime();
      call.run();
      stalledNanos += System.nanoTime() - start;
    }

    @Override
    public EpochReport.Wish wish(Position position) {
      EpochReport.Wish wish = sender.wish(position);
      long now = System.nanoTime();
      print(
          "%s: %.0f ms, of which stalled %.1f ms%s",
          position,
          1e-6 * (now - stepNanos),
          1e-6 * stalledNanos,
          wish == EpochReport.Wish.NONE ? "" : "; snapshot");
      stepNanos = now;
      stalledNanos = 0;
      return wish;
    }

    @Override
    public void reached(Snapshot merged) {
      time(() -> sender.reached(merged));
    }

    @Override
    public void keeps(Position position, RankState own) {
      time(() -> sender.keeps(position, own));
    }

    @Override
    public void await() {
      time(sender::await);
    }

    @Override
    public void finished(EpochResult result, Snapshot merged) {
      time(() -> sender.finished(result, merged));
    }
  }
}
