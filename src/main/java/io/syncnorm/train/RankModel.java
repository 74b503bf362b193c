package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Seeds;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.OuterOptimizer;
import java.util.Locale;

/**
 * One rank's model as it trains: what it has learned, and what its optimizers remember. Live, and
 * changed in place.
 */
record RankModel(NetworkState state, Optimizer optimizer, OuterOptimizer outer) {
  /** The model before its first epoch. */
  static RankModel fresh(Configuration configuration, int inputs) {
    var architecture = Blueprint.architecture(configuration, inputs);
    NetworkState state = NetworkState.initial(architecture, Seeds.mix(configuration.run().seed()));
    return of(configuration, state);
  }

  /**
   * The model that a snapshot holds.
   *
   * @throws IllegalArgumentException if it does not fit the configured network
   */
  static RankModel of(Configuration configuration, int inputs, Snapshot start) {
    RankModel model = fresh(configuration, inputs);
    requireSame("parameters", model.state.parameters().length, start.parameters().length);
    requireSame("statistics", model.state.statistics().length, start.statistics().length);
    requireSame("optimizerSlots", model.optimizer.slots().size(), start.optimizerSlots().size());
    requireSame("outerVelocity", model.outer.velocity().length, start.outerVelocity().length);
    copy(start.parameters(), model.state.parameters());
    copy(start.isForPrediction() ? start.running() : start.statistics(), model.state.statistics());
    for (int slot = 0; slot < start.optimizerSlots().size(); slot++) {
      copy(start.optimizerSlots().get(slot), model.optimizer.slots().get(slot));
    }
    model.optimizer.setUpdates(start.optimizerUpdates());
    copy(start.outerVelocity(), model.outer.velocity());
    model.outer.setOut(model.state.parameters());
    return model;
  }

  /**
   * Copies it.
   *
   * @param statistics to predict with: its own, or others
   */
  Snapshot snapshot(int epoch, float[] statistics) {
    boolean hasOwn = statistics == state.statistics();
    return new Snapshot(
        epoch,
        state.parameters().clone(),
        statistics.clone(),
        optimizer.slots().stream().map(float[]::clone).toList(),
        optimizer.updates(),
        outer.velocity().clone(),
        hasOwn ? new float[0] : state.statistics().clone());
  }

  private static RankModel of(Configuration configuration, NetworkState state) {
    var training = configuration.training();
    int parameters = state.parameters().length;
    return new RankModel(
        state,
        Blueprint.optimizer(training.optimizer(), parameters),
        Blueprint.outerOptimizer(training.averaging().outer(), parameters));
  }

  private static void copy(float[] from, float[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  private static void requireSame(String what, int expected, int found) {
    if (expected != found) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the snapshot is not of this network: expected %s=%d, found %s=%d",
              what,
              expected,
              what,
              found));
    }
  }
}
