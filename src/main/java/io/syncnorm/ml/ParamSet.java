package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;

/** The params of {@link ParamTable} that one stage has, and the configuration that they make. */
final class ParamSet implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Spark's value of {@code HasCheckpointInterval} for no checkpoints. */
  static final int NO_CHECKPOINTS = -1;

  /** The params that are bound to keys of the configuration. */
  final List<ConfigParam<?, ?>> configured;

  private final Map<String, Param<?>> byName;

  /** Makes the params and sets their defaults. */
  ParamSet(Params of) {
    ParamMaker make = new ParamMaker(of);
    ParamTable.define(make);
    configured = make.bound();
    byName = make.made();
  }

  /** Returns the param of a name, of the type that the table gives it. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // as an accessor declares it
  <P extends Param<?>> P get(String name) {
    @SuppressWarnings("unchecked") // each accessor of a param declares the type of the table
    P param = (P) byName.get(name);
    return param;
  }

  /**
   * Returns the configuration of a stage's params, with defaults for all other keys.
   *
   * @throws IllegalArgumentException if two params contradict each other
   */
  Configuration configuration(Params of) {
    Configuration configuration = Configuration.defaults();
    for (ConfigParam<?, ?> each : configured) {
      configuration = each.set(of, configuration);
    }
    requireOneNetwork(configuration);
    requireDecayWhereItApplies(configuration);
    return configuration.with(Keys.CHECKPOINT_EVERY, every(of));
  }

  private static void requireOneNetwork(Configuration configuration) {
    if (configuration.get(Keys.LAYERS).isConfigured()
        && !configuration.get(Keys.HIDDEN).equals(Keys.HIDDEN.byDefault())) {
      throw new IllegalArgumentException(
          "layers and hiddenLayers both describe the network: expected the default hiddenLayers=%s with layers=%s, found hiddenLayers=%s; set one of them"
              .formatted(
                  Keys.HIDDEN.byDefault(),
                  configuration.get(Keys.LAYERS),
                  configuration.get(Keys.HIDDEN)));
    }
  }

  private static void requireDecayWhereItApplies(Configuration configuration) {
    Keys.OptimizerType solver = configuration.get(Keys.OPTIMIZER_TYPE);
    double decay = configuration.get(Keys.WEIGHT_DECAY);
    if (solver == Keys.OptimizerType.ADAMW && decay == 0) {
      throw new IllegalArgumentException(
          "solver=adamw is Adam with weight decay: expected weightDecay>0, found weightDecay=0; set"
              + " it, such as 0.01, or use solver=adam");
    }
    if (solver == Keys.OptimizerType.ADAM && decay > 0) {
      throw new IllegalArgumentException(
          "solver=adam has no weight decay: expected weightDecay=0, found weightDecay=%s; use solver=adamw for decay beside the gradient, or regParam for decay in the gradient"
              .formatted(decay));
    }
  }

  /** How often the driver needs the model, whether or not it stores it. */
  private Period every(Params of) {
    Period epochs = new Period.EveryEpochs(Math.max(1, interval(of)));
    return Keys.CHECKPOINT_EVERY.read(checkpointEvery(of).strip()).orElse(epochs);
  }

  /** Whether checkpoints are stored, if there is a folder for them. */
  boolean storesCheckpoints(Params of) {
    return interval(of) != NO_CHECKPOINTS || !checkpointEvery(of).isBlank();
  }

  private int interval(Params of) {
    return (int) of.getOrDefault(byName.get("checkpointInterval"));
  }

  private String checkpointEvery(Params of) {
    return (String) of.getOrDefault(byName.get("checkpointEvery"));
  }

  /**
   * Returns the params bound to keys of a fit's identity, as {@code name=value}: without those that
   * earlier versions do not name, while they have their default.
   *
   * @param configuration built from them, which writes each value in one way only
   */
  List<String> decisive(Configuration configuration) {
    return configured.stream()
        .filter(each -> each.key().role() == Key.Role.IDENTITY)
        .filter(
            each ->
                each.key() == Keys.EARLY_STOPPING // a param from the first version on
                    || !configuration.isUnchangedBy(each.key()))
        .map(each -> each.name() + "=" + configuration.write(each.key()))
        .toList();
  }
}
