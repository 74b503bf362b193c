package io.syncnorm.plan;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Shape;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.train.Blueprint;
import java.util.List;

/**
 * Plans worlds on a cluster:
 *
 * <pre>
 * step       = seconds(batch) + exchange
 * exchange   = sum over the exchanges of a step
 * epoch      = steps * step + merges * merge
 * efficiency = seconds(batch) / step
 * </pre>
 *
 * <p>Seconds are as measured with as many ranks on a core and a slot as the cluster has.
 */
public final class ScalingPlan {
  /** With an efficiency of 90 % computing takes as many times as long as exchanging. */
  private static final double COMPUTING_BY_EXCHANGE = 9;

  private final Configuration configuration;
  private final Shape rows;
  private final Cluster cluster;
  private final MeasuredSteps measured;
  private final Architecture architecture;
  private final long parameters;

  /**
   * @param resolved configuration with the number of classes; its number of ranks has no effect
   * @param rows all training rows
   * @param measured steps for the worlds that are planned, on a machine like those of the cluster
   */
  public ScalingPlan(Configuration resolved, Shape rows, Cluster cluster, MeasuredSteps measured) {
    this.configuration = resolved;
    this.rows = rows;
    this.cluster = cluster;
    this.measured = measured;
    this.architecture = Blueprint.architecture(resolved, rows.rowLength());
    this.parameters = ParameterLayout.of(architecture).parameterCount();
  }

  /**
   * Plans several worlds.
   *
   * @param worlds numbers of ranks
   * @param network where the cluster's network was measured; empty if it was described
   */
  public PlanResult result(List<Integer> worlds, String network) {
    int batchSize = configuration.get(Keys.BATCH_SIZE);
    return new PlanResult(
        "done",
        new PlanResult.Model(
            rows.rowLength(),
            architecture.widths(),
            configuration.classes(),
            parameters,
            rows.rows(),
            batchSize),
        new PlanResult.Measured(
            measured.machine(),
            measured.cores(),
            measured.steps().stream().map(this::step).toList()),
        new PlanResult.Machines(
            cluster.ranksPerExecutor(),
            cluster.executorsPerMachine(),
            cluster.coresPerMachine(),
            network,
            cluster.network().latency() + cluster.network().overhead(),
            cluster.network().overhead(),
            cluster.network().bytesPerSecond()),
        worlds.stream().map(this::world).toList());
  }

  private PlanResult.Step step(MeasuredSteps.Step step) {
    StepCost cost = step.cost();
    return new PlanResult.Step(
        step.crowd().ranks(),
        step.crowd().slots(),
        cost.seconds(configuration.get(Keys.BATCH_SIZE)),
        cost.secondsPerStep(),
        cost.secondsPerRow(),
        cost.mergeSeconds());
  }

  /** Plans a world of so many ranks. */
  PlanResult.World world(int ranks) {
    long share = divideUp(rows.rows(), ranks);
    long batchSize = configuration.get(Keys.BATCH_SIZE);
    long batch = Math.min(batchSize, share);
    long steps = divideUp(share, batchSize);
    Exchanges exchanges = exchanges(ranks);
    StepCost cost = measured.of(cluster, ranks).cost();
    double factor = measured.factor(cluster, ranks);
    double computing = factor * cost.seconds(batch);
    double step = computing + exchanges.stepSeconds;
    double merge = factor * cost.mergeSeconds() + exchanges.mergeSeconds;
    return new PlanResult.World(
        ranks,
        cluster.executors(ranks),
        batch,
        step,
        exchanges.stepSeconds,
        merge,
        steps,
        factor * computing(cost, share)
            + steps * exchanges.stepSeconds
            + Traffic.merges(configuration, steps) * merge,
        computing / step,
        cost.rowsFor(COMPUTING_BY_EXCHANGE * exchanges.stepSeconds / factor),
        exchanges.stepBytes,
        memory(ranks, share, batch));
  }

  /** What the network takes for a step and for a merge. */
  private record Exchanges(double stepSeconds, double mergeSeconds, long stepBytes) {}

  private Exchanges exchanges(int ranks) {
    Traffic traffic = Traffic.of(configuration, rows.rowLength(), ranks);
    ExchangeCost all = new ExchangeCost(cluster, ranks, ranks);
    ExchangeCost groups = new ExchangeCost(cluster, ranks, traffic.groupSize());
    return new Exchanges(
        traffic.statistics().stream().mapToDouble(groups::seconds).sum()
            + all.vectorSeconds(traffic.gradient()),
        all.seconds(Traffic.AGREEMENT)
            + traffic.groupAgreement().stream().mapToDouble(groups::seconds).sum()
            + all.vectorSeconds(traffic.merged()),
        groups.bytes(traffic.statistics()) + all.vectorBytes(traffic.gradient()));
  }

  /**
   * Seconds that a rank computes in an epoch, whose last step may be smaller.
   *
   * @param share rows of the rank
   */
  private double computing(StepCost cost, long share) {
    long batchSize = configuration.get(Keys.BATCH_SIZE);
    long whole = share / batchSize;
    long rest = share % batchSize;
    return whole * cost.seconds(batchSize) + (rest == 0 ? 0 : cost.seconds(rest));
  }

  private long memory(int ranks, long share, long batch) {
    long ofRank =
        RankMemory.models(configuration, parameters)
            + RankMemory.batches(configuration, SyntheticRows.valuesOfRow(rows), batch)
            + share * rows.averageBytes();
    return cluster.ranksOfExecutor(ranks) * ofRank;
  }

  private static long divideUp(long value, long by) {
    return (value + by - 1) / by;
  }
}
