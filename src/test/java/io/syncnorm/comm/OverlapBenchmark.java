package io.syncnorm.comm;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.TestWorld.RankBody;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxReader;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.nn.Blas;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import io.syncnorm.train.telemetry.StepListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Prints what it brings that two ranks work while they wait: training steps with and without.
 * Blocks of steps of one training alternate, because the speed of a machine drifts.
 */
public final class OverlapBenchmark {
  private static final Duration PATIENT = Duration.ofSeconds(60);
  private static final int EPOCHS = 60;

  /** Divides the 235 steps of an epoch, so that no block has a merge between its steps. */
  private static final int BLOCK_STEPS = 47;

  private static final int WARM_UP_PAIRS = 30;

  /** A message takes 30 us; an exchange of 16 executors has four rounds. */
  private static final List<Long> DELAYS_MICROS = List.of(30L, 125L);

  private static volatile boolean isWorking;

  private final Configuration configuration =
      ConfigLoader.load(List.of(), List.of("training.epochs=" + EPOCHS)).with(Keys.CLASSES, 10);
  private final LabelledImages train =
      read(Keys.TRAIN_IMAGES.byDefault(), Keys.TRAIN_LABELS.byDefault());
  private final List<Shard> shards =
      Sharding.deal(
          train.rows(),
          read(Keys.TEST_IMAGES.byDefault(), Keys.TEST_LABELS.byDefault()).rows(),
          2,
          42,
          Dealing.SHUFFLED);
  private final StepPlan plan = StepPlan.of(shards, configuration.get(Keys.BATCH_SIZE));
  private final Snapshot start = Snapshot.fresh(configuration, train.rowLength());

  private OverlapBenchmark() {}

  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    Blas.instance().useOneThread();
    OverlapBenchmark benchmark = new OverlapBenchmark();
    benchmark.print("two ranks of one process", Layout.of(0, 0));
    benchmark.print("two processes, sockets", Layout.of(0, 1));
    for (long micros : DELAYS_MICROS) {
      Blocks blocks = new Blocks();
      SimulatedWorld.runAll(
          new DelayedNetwork(TimeUnit.MICROSECONDS.toNanos(micros)).communicators(),
          communicator -> benchmark.run(communicator, blocks));
      blocks.print("two processes, an exchange takes " + micros + " us");
    }
    System.exit(0);
  }

  private void print(String name, Layout layout) throws Exception {
    Blocks blocks = new Blocks();
    RankBody<Void> body = communicator -> run(communicator, blocks);
    TestWorld.run(layout, PATIENT, body);
    blocks.print(name);
  }

  private Void run(Communicator communicator, Blocks blocks) {
    Shard shard = shards.get(communicator.rank());
    new RankTraining(
            configuration,
            shard,
            Optional.of(plan),
            reduction -> TraineeMaker.CONFIGURED.make(configuration, shard, start, reduction),
            start,
            new Alternating(communicator),
            communicator.rank() == 0 ? blocks : StepListener.NONE)
        .run((result, merged) -> {}, List.of());
    return null;
  }

  private static LabelledImages read(String images, String labels) {
    return IdxReader.read(
        images, labels, 10, Integer.MAX_VALUE, new org.apache.hadoop.conf.Configuration());
  }

  /** Times blocks of rank 0's steps, and lets the ranks work while they wait in every other one. */
  private static final class Blocks implements StepListener {
    /** Microseconds of a step: without, with. */
    private final List<double[]> pairs = new ArrayList<>();

    private double[] pair = new double[2];
    private long startNanos;
    private int step;

    @Override
    public void stepped(long start, int rows) {
      long now = System.nanoTime();
      if (step == 0) {
        startNanos = now; // the step in which the ranks change does not count
      }
      if (++step < BLOCK_STEPS) {
        return;
      }
      pair[isWorking ? 1 : 0] = 1e-3 * (now - startNanos) / (BLOCK_STEPS - 1);
      if (isWorking) {
        pairs.add(pair);
        pair = new double[2];
      }
      isWorking = !isWorking;
      step = 0;
    }

    void print(String name) {
      List<double[]> warm = pairs.subList(WARM_UP_PAIRS, pairs.size());
      double[] ratios = warm.stream().mapToDouble(each -> each[1] / each[0]).sorted().toArray();
      System.out.printf(
          Locale.ROOT,
          "%-42s %.3f ms a step, %.3f ms with work while waiting: %.3f times (quartiles %.3f, %.3f"
              + " of %d pairs)%n",
          name,
          1e-3 * median(warm, 0),
          1e-3 * median(warm, 1),
          ratios[ratios.length / 2],
          ratios[ratios.length / 4],
          ratios[3 * ratios.length / 4],
          ratios.length);
      isWorking = false;
    }

    private static double median(List<double[]> pairs, int which) {
      double[] sorted = pairs.stream().mapToDouble(each -> each[which]).sorted().toArray();
      return sorted[sorted.length / 2];
    }
  }

  /** Works while it waits, or does not. */
  private record Alternating(Communicator communicator) implements Communicator {
    @Override
    public void allReduce(
        long tag,
        double[] values,
        RankGroup group,
        BiConsumer<double[], double[]> fold,
        BooleanSupplier meanwhile) {
      communicator.allReduce(tag, values, group, fold, isWorking ? meanwhile : NOTHING);
    }

    @Override
    public int rank() {
      return communicator.rank();
    }

    @Override
    public int world() {
      return communicator.world();
    }

    @Override
    public int hosts() {
      return communicator.hosts();
    }

    @Override
    public double weightedMean(long tag, List<float[]> vectors, double weight) {
      return communicator.weightedMean(tag, vectors, weight);
    }

    @Override
    public void awaitLoaded(Duration timeout) {
      communicator.awaitLoaded(timeout);
    }

    @Override
    public void abort(Throwable cause) {
      communicator.abort(cause);
    }

    @Override
    public long runningNanos() {
      return communicator.runningNanos();
    }

    @Override
    public ExchangeTimes times() {
      return communicator.times();
    }

    @Override
    public void close() {
      communicator.close();
    }
  }
}
