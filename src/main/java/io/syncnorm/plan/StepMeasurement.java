package io.syncnorm.plan;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Keys.Merge;
import io.syncnorm.config.Keys.Telemetry;
import io.syncnorm.config.Period;
import io.syncnorm.config.Recalibrate;
import io.syncnorm.config.WorldSize;
import io.syncnorm.data.Shape;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.PlanException;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Measures a step of the configured network on this machine: it trains on synthetic rows, with
 * mini-batches of one, two and four times the configured size.
 */
public final class StepMeasurement {
  /** Batch sizes as multiples of the configured one. */
  private static final List<Integer> MULTIPLES = List.of(1, 2, 4);

  private static final int LARGEST = 4;

  /** Batch sizes alternate, because the speed of a machine drifts. */
  private static final int ROUNDS = 5;

  /** Epochs of a training. The first writes to new buffers and does not count. */
  private static final int EPOCHS = 3;

  private static final double EPOCH_SECONDS = 0.1;
  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** More rows than fit into the caches of a core. */
  private static final long ROW_BYTES = 32 << 20;

  private static final int MOST_BATCHES = 64;

  /** Keeps the loss finite whatever is configured. */
  private static final double LEARNING_RATE = 1e-6;

  private final Configuration configuration;
  private final Shape shape;
  private final Crowd crowd;
  private final int batchSize;
  private final Snapshot start;

  private StepMeasurement(Configuration resolved, Shape shape, Crowd crowd) {
    this.configuration = stepsOnly(resolved, crowd.ranks());
    this.shape = shape;
    this.crowd = crowd;
    this.batchSize = resolved.get(Keys.BATCH_SIZE);
    this.start = Snapshot.fresh(configuration, shape.rowLength());
  }

  /**
   * Measures for several seconds: a step for each number of ranks that a core or a slot has in the
   * worlds.
   *
   * @param resolved configuration with the number of classes
   * @param shape of the training rows
   * @param cluster to plan
   * @param worlds numbers of ranks to plan
   * @param machine name of this machine, for the user
   * @throws PlanException if the largest mini-batch does not fit into arrays
   */
  public static MeasuredSteps measure(
      Configuration resolved, Shape shape, Cluster cluster, List<Integer> worlds, String machine) {
    requireFits(resolved, shape);
    int cores = Runtime.getRuntime().availableProcessors();
    return new MeasuredSteps(
        machine,
        cores,
        worlds.stream()
            .map(world -> cluster.crowd(world, cores))
            .distinct()
            .map(crowd -> new MeasuredSteps.Step(crowd, measure(resolved, shape, crowd)))
            .toList());
  }

  private static StepCost measure(Configuration resolved, Shape shape, Crowd crowd) {
    return new StepMeasurement(resolved, shape, crowd).measure();
  }

  /**
   * @throws PlanException if the largest mini-batch of a measurement does not fit into arrays
   */
  public static void requireFits(Configuration resolved, Shape shape) {
    long rows = (long) LARGEST * resolved.get(Keys.BATCH_SIZE);
    StepPlan plan = new StepPlan(List.of(rows), (int) Math.min(Integer.MAX_VALUE, rows));
    PlanException.requireFits(resolved, SyntheticRows.valuesOfRow(shape), plan);
  }

  /** Leaves out what happens between steps, except for one merge in an epoch. */
  private static Configuration stepsOnly(Configuration resolved, int ranks) {
    return resolved
        .with(Keys.WORLD, new WorldSize.Fixed(ranks))
        .with(Keys.EPOCHS, EPOCHS)
        .with(Keys.EARLY_STOPPING, 0)
        .with(Keys.RECALIBRATE, new Recalibrate.EachEpoch(0))
        .with(Keys.TELEMETRY, Telemetry.OFF)
        .with(Keys.AVERAGING_EVERY, new Period.EveryEpoch())
        .with(Keys.LOCAL_AFTER_EPOCH, 0)
        .with(Keys.LEARNING_RATE, LEARNING_RATE);
  }

  private StepCost measure() {
    int batches = batches(warmUp());
    Map<Integer, List<EpochResult>> epochs = new TreeMap<>();
    try (RowStore rows = rows(batches)) {
      for (int round = 0; round < ROUNDS; round++) {
        for (int multiple : MULTIPLES) {
          epochs.computeIfAbsent(multiple, each -> new ArrayList<>()).addAll(train(rows, multiple));
        }
      }
    }
    List<StepCost.Point> points = new ArrayList<>();
    epochs.forEach(
        (multiple, results) -> {
          int steps = LARGEST * batches / multiple;
          double seconds = median(results, this::seconds) / steps;
          points.add(new StepCost.Point((long) multiple * batchSize, seconds));
        });
    List<EpochResult> all = epochs.values().stream().flatMap(List::stream).toList();
    double merge = isMergedInSteps() ? 0 : median(all, each -> each.times().averageSeconds());
    return StepCost.fit(points, merge);
  }

  /** Trains until the compiler has done its work, and returns the seconds of the largest step. */
  private double warmUp() {
    long startNanos = System.nanoTime();
    try (RowStore rows = rows(1)) {
      double seconds;
      do {
        seconds = median(train(rows, LARGEST), this::seconds);
      } while (System.nanoTime() - startNanos < WARM_UP_NANOS);
      return seconds;
    }
  }

  /** The number of the largest mini-batches in an epoch. */
  private int batches(double seconds) {
    long bytes = Math.max(1, (long) LARGEST * batchSize * shape.averageBytes());
    long most = Math.min(MOST_BATCHES, ROW_BYTES / bytes);
    return (int) Math.max(1, Math.min(most, (long) (EPOCH_SECONDS / seconds)));
  }

  private RowStore rows(int batches) {
    long count = (long) batches * LARGEST * batchSize;
    return RowStore.of(SyntheticRows.of(shape.withRows(count), configuration.classes()));
  }

  /** Trains all ranks on the same rows, which they only read. */
  private List<EpochResult> train(RowStore rows, int multiple) {
    Configuration each = configuration.with(Keys.BATCH_SIZE, multiple * batchSize);
    StepPlan plan =
        new StepPlan(Collections.nCopies(crowd.ranks(), rows.count()), each.get(Keys.BATCH_SIZE));
    List<EpochResult> results = Collections.synchronizedList(new ArrayList<>());
    try (RowStore none =
        RowStore.of(SyntheticRows.of(shape.withRows(0), configuration.classes()))) {
      LocalRanks.run(
          crowd.hosts(),
          configuration.get(Keys.WAIT_TIMEOUT),
          communicator -> {
            Shard shard = new Shard(communicator.rank(), crowd.ranks(), rows, none);
            new RankTraining(each, shard, plan, TraineeMaker.CONFIGURED, start, communicator)
                .run((result, snapshot) -> results.add(result), List.of());
          });
    }
    return List.copyOf(results.subList(1, results.size()));
  }

  /** Seconds of an epoch's steps, with what is merged in them. */
  private double seconds(EpochResult epoch) {
    EpochResult.Times times = epoch.times();
    return times.computeSeconds()
        + times.syncSeconds()
        + times.waitSeconds()
        + (isMergedInSteps() ? times.averageSeconds() : 0);
  }

  private boolean isMergedInSteps() {
    return configuration.get(Keys.AVERAGING_MERGE) == Merge.GRADIENTS;
  }

  private static double median(List<EpochResult> epochs, ToDoubleFunction<EpochResult> figure) {
    double[] sorted = epochs.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
