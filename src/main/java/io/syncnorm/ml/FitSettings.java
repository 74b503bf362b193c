package io.syncnorm.ml;

import io.syncnorm.config.BatchNormSettings;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.FaultSettings;
import io.syncnorm.config.OptimizerSettings;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What the params say, as a configuration that still lacks what only the rows can tell.
 *
 * @param overrides the params, as {@code ConfigLoader} takes them
 * @param partial with the defaults in the place of what is lacking
 * @param earlyStoppingRounds 0 trains all epochs
 */
record FitSettings(List<String> overrides, Configuration partial, int earlyStoppingRounds)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  static FitSettings of(SyncBatchNormClassifier classifier) {
    List<String> overrides = classifier.own().overrides(classifier);
    return new FitSettings(
        overrides, ConfigLoader.load(List.of(), overrides), classifier.getEarlyStoppingRounds());
  }

  /** The whole configuration. */
  Configuration configuration(int classes, int batchSize) {
    List<String> all = new ArrayList<>(overrides);
    all.add("data.classes=" + classes);
    all.add("training.batch-size=" + batchSize);
    all.add("training.telemetry=off"); // nothing here shows it
    return ConfigLoader.load(List.of(), all);
  }

  int hiddenLayers() {
    return partial.model().hidden().size();
  }

  int epochs() {
    return partial.training().epochs();
  }

  int batchSize() {
    return partial.training().batchSize();
  }

  BatchNormSettings batchNorm() {
    return partial.model().batchNorm();
  }

  OptimizerSettings.Type optimizer() {
    return partial.training().optimizer().type();
  }

  FaultSettings faults() {
    return partial.training().faults();
  }
}
