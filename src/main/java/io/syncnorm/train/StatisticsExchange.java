package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.config.Sync;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.train.telemetry.DriftTelemetry;
import io.syncnorm.train.telemetry.EpochTotals;
import java.util.function.BiConsumer;

/**
 * Binds batch normalization to the communicator: reduces statistics over the configured group of
 * ranks, records the time, and samples for telemetry.
 */
final class StatisticsExchange implements RankReduction {
  /** Tags of the exchanges in the current step. */
  @FunctionalInterface
  interface Tags {
    long of(int layer, Kind kind);
  }

  private final Communicator communicator;
  private final Sync sync;
  private final RankGroup group;
  private final Tags tags;
  private final DriftTelemetry telemetry;
  private final EpochTotals totals;

  StatisticsExchange(
      Communicator communicator,
      Sync sync,
      Tags tags,
      DriftTelemetry telemetry,
      EpochTotals totals) {
    int world = communicator.world();
    this.communicator = communicator;
    this.sync = sync;
    this.group = RankGroup.of(communicator.rank(), sync.ranksOf(world), world);
    this.tags = tags;
    this.telemetry = telemetry;
    this.totals = totals;
  }

  @Override
  public void reduce(
      int layer, Direction direction, double[] values, BiConsumer<double[], double[]> fold) {
    boolean isSampled = direction == Direction.FORWARD && telemetry.isSampling();
    if (isSampled) {
      telemetry.keepOwn(layer, values);
    }
    if (!sync.equals(Sync.LOCAL)) {
      long start = communicator.runningNanos();
      Kind kind = direction == Direction.FORWARD ? Kind.FORWARD : Kind.BACKWARD;
      communicator.allReduce(tags.of(layer, kind), values, group, fold);
      totals.addExchange(communicator.runningNanos() - start);
    }
    if (isSampled) {
      boolean isOfAll = sync.ranksOf(communicator.world()) == communicator.world();
      telemetry.compare(layer, isOfAll ? values : momentsOfAll(layer, fold));
    }
  }

  /** Exchanges the moments of all ranks, to measure the drift from ranks outside the group. */
  private double[] momentsOfAll(int layer, BiConsumer<double[], double[]> fold) {
    double[] all = telemetry.copyOfOwn(layer);
    communicator.allReduce(tags.of(layer, Kind.DRIFT), all, fold);
    return all;
  }
}
