package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.config.Sync;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.train.telemetry.DriftTelemetry;
import io.syncnorm.train.telemetry.EpochTotals;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Binds batch normalization to the communicator: reduces statistics over the configured group of
 * ranks, works while it waits, records the time, and samples for telemetry.
 */
final class StatisticsExchange implements RankReduction {
  /**
   * What a rank does while it would wait: first what its network has to compute before the exchange
   * ends, then a part of the next mini-batch, as long as there is time.
   */
  static final class Meanwhile implements BooleanSupplier {
    private final BooleanSupplier loading;
    private final Runnable nothing = Meanwhile::doNothing;
    private Runnable computing = nothing;

    /**
     * @param loading loads a part of the next mini-batch, and returns whether there is more
     */
    Meanwhile(BooleanSupplier loading) {
      this.loading = loading;
    }

    /** Starts an exchange. */
    void start(Runnable task) {
      computing = task;
    }

    @Override
    public boolean getAsBoolean() {
      if (computing == nothing) {
        return loading.getAsBoolean();
      }
      finish();
      return true;
    }

    private static void doNothing() {}

    /** Computes what there was no time for. */
    void finish() {
      Runnable task = computing;
      computing = nothing;
      task.run();
    }
  }

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
  private final Meanwhile meanwhile;

  StatisticsExchange(
      Communicator communicator,
      Sync sync,
      Tags tags,
      DriftTelemetry telemetry,
      EpochTotals totals,
      BooleanSupplier loading) {
    int world = communicator.world();
    this.communicator = communicator;
    this.sync = sync;
    this.group = RankGroup.of(communicator.rank(), sync.ranksOf(world), world);
    this.tags = tags;
    this.telemetry = telemetry;
    this.totals = totals;
    this.meanwhile = new Meanwhile(loading);
  }

  @Override
  public void reduce(
      int layer,
      Direction direction,
      double[] values,
      BiConsumer<double[], double[]> fold,
      Runnable task) {
    boolean isSampled = direction == Direction.FORWARD && telemetry.isSampling();
    if (isSampled) {
      telemetry.keepOwn(layer, values);
    }
    meanwhile.start(task);
    if (!sync.equals(Sync.LOCAL)) {
      long before = communicator.times().exchangeNanos();
      Kind kind = direction == Direction.FORWARD ? Kind.FORWARD : Kind.BACKWARD;
      communicator.allReduce(tags.of(layer, kind), values, group, fold, meanwhile);
      totals.addExchange(communicator.times().exchangeNanos() - before);
    }
    meanwhile.finish();
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
