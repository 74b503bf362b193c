package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import java.io.Serializable;

/**
 * What the params say, as a configuration that still lacks what only the rows can tell.
 *
 * @param partial with the defaults in the place of what is lacking
 */
record FitSettings(Configuration partial) implements Serializable {
  private static final long serialVersionUID = 1L;

  static FitSettings of(SyncBatchNormClassifier classifier) {
    return new FitSettings(classifier.own().configuration(classifier));
  }

  /** The whole configuration. */
  Configuration configuration(int classes, int batchSize) {
    return partial.with(Keys.CLASSES, classes).with(Keys.BATCH_SIZE, batchSize);
  }

  int hiddenLayers() {
    return partial.get(Keys.HIDDEN).size();
  }

  int epochs() {
    return partial.get(Keys.EPOCHS);
  }

  int batchSize() {
    return partial.get(Keys.BATCH_SIZE);
  }
}
