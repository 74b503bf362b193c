package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.SharedMemoryWorld;
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
import io.syncnorm.nn.RankReduction;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.Trainee;
import io.syncnorm.train.TraineeMaker;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prints what it costs that ranks share a slot: the steps of eight ranks on two slots, and the same
 * ranks' arithmetic alone, which is their steps one after another on two threads without exchanges.
 * Both alternate, because the speed of a machine drifts; figures are medians over epochs.
 */
public final class HostBenchmark {
  private static final int SLOTS = 2;
  private static final int EPOCHS = 4;
  private static final int ROUNDS = 7;
  private static final int WARM_UP_ROUNDS = 3;

  private final Configuration configuration =
      ConfigLoader.load(List.of(), List.of("training.epochs=" + EPOCHS)).with(Keys.CLASSES, 10);
  private final LabelledImages train =
      read(Keys.TRAIN_IMAGES.byDefault(), Keys.TRAIN_LABELS.byDefault());
  private final LabelledImages test =
      read(Keys.TEST_IMAGES.byDefault(), Keys.TEST_LABELS.byDefault());
  private final Snapshot start = Snapshot.fresh(configuration, train.rowLength());

  private HostBenchmark() {}

  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    Blas.instance().useOneThread();
    HostBenchmark benchmark = new HostBenchmark();
    benchmark.print(2);
    benchmark.print(8);
  }

  private void print(int world) throws Exception {
    List<Shard> shards = Sharding.deal(train.rows(), test.rows(), world, 42, Dealing.SHUFFLED);
    List<Double> epochs = new ArrayList<>();
    List<Double> steps = new ArrayList<>();
    List<Double> alone = new ArrayList<>();
    for (int round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
      List<EpochResult> results = together(shards);
      List<Double> seconds = alone(shards);
      if (round >= 0) {
        results.forEach(result -> epochs.add(result.times().seconds()));
        results.forEach(result -> steps.add(stepSeconds(result.times())));
        alone.addAll(seconds);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d ranks on %d slots: %.4f s an epoch; its steps %.4f s, their arithmetic alone %.4f s: %.3f times%n",
        world,
        SLOTS,
        median(epochs),
        median(steps),
        median(alone),
        median(steps) / median(alone));
  }

  private static double stepSeconds(EpochResult.Times times) {
    return times.computeSeconds() + times.syncSeconds() + times.waitSeconds();
  }

  private List<EpochResult> together(List<Shard> shards) throws Exception {
    int world = shards.size();
    StepPlan plan = StepPlan.of(shards, configuration.get(Keys.BATCH_SIZE));
    SharedMemoryWorld memory =
        new SharedMemoryWorld(world, hosts(world), configuration.get(Keys.WAIT_TIMEOUT));
    List<EpochResult> results = new CopyOnWriteArrayList<>();
    List<Callable<Void>> ranks = new ArrayList<>();
    for (Shard shard : shards) {
      ranks.add(
          () -> {
            try (Communicator communicator = memory.communicator(shard.rank())) {
              new RankTraining(
                      configuration, shard, plan, TraineeMaker.CONFIGURED, start, communicator)
                  .run((result, merged) -> results.add(result), List.of());
              return null;
            }
          });
    }
    run(ranks);
    return results;
  }

  private static List<RankGroup> hosts(int world) {
    List<RankGroup> hosts = new ArrayList<>();
    for (int slot = 0; slot < SLOTS; slot++) {
      hosts.add(new RankGroup(slot * world / SLOTS, (slot + 1) * world / SLOTS));
    }
    return hosts;
  }

  /** Returns the seconds of each epoch. */
  private List<Double> alone(List<Shard> shards) throws Exception {
    int steps = StepPlan.of(shards, configuration.get(Keys.BATCH_SIZE)).stepsPerEpoch();
    List<Trainee> trainees = new ArrayList<>();
    for (Shard shard : shards) {
      trainees.add(TraineeMaker.CONFIGURED.make(configuration, shard, start, RankReduction.NONE));
    }
    List<Double> seconds = new ArrayList<>();
    for (int epoch = 1; epoch <= EPOCHS; epoch++) {
      int number = epoch;
      List<Callable<Void>> slots = new ArrayList<>();
      for (RankGroup host : hosts(shards.size())) {
        List<Trainee> own = trainees.subList(host.first(), host.end());
        slots.add(() -> train(own, number, steps));
      }
      long begin = System.nanoTime();
      run(slots);
      seconds.add(1e-9 * (System.nanoTime() - begin));
    }
    trainees.forEach(Trainee::close);
    return seconds;
  }

  private static Void train(List<Trainee> trainees, int epoch, int steps) {
    trainees.forEach(trainee -> trainee.startEpoch(epoch, 0, 0));
    for (int step = 0; step < steps; step++) {
      for (Trainee trainee : trainees) {
        trainee.load();
        trainee.step(OwnGradient.INSTANCE);
      }
    }
    trainees.forEach(trainee -> trainee.endEpoch(steps));
    return null;
  }

  /** Each rank updates its parameters by its own gradient. */
  private enum OwnGradient implements Trainee.Step {
    INSTANCE;

    @Override
    public void requireFinite(double lossSum) {}

    @Override
    public float scale(float[] gradient, double weight) {
      return weight > 0 ? 1f / (float) weight : 0f;
    }

    @Override
    public boolean keepsGradient() {
      return true;
    }
  }

  private static void run(List<Callable<Void>> bodies) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(bodies.size());
    try {
      for (Future<Void> body : threads.invokeAll(bodies)) {
        body.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static LabelledImages read(String images, String labels) {
    return IdxReader.read(
        images, labels, 10, Integer.MAX_VALUE, new org.apache.hadoop.conf.Configuration());
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
