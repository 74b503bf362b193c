package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.nn.Architecture;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;

/**
 * Checks that mini-batches fit into arrays, whose lengths are {@code int}, before anything is
 * allocated. {@link io.syncnorm.nn.ParameterLayout} checks that of the parameters. Neither checks
 * the heap, which usually runs out sooner.
 */
public final class ModelSize {
  /** Maximum length of an array. */
  private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private ModelSize() {}

  /**
   * The reason why a mini-batch does not fit into the configured network; empty if it does.
   *
   * @param inputs values of a row in a mini-batch, which holds no zeros of sparse rows
   */
  public static Optional<String> tooLarge(Configuration configuration, int inputs, StepPlan plan) {
    boolean isFromFile = configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile;
    Architecture network = Blueprint.architectureOfBatches(configuration, inputs);
    long rows = Math.min(plan.batchSize(), Collections.max(plan.rowsPerRank()));
    long width = isFromFile ? Math.max(inputs, network.classes()) : network.widest();
    if (rows * width > MAX_ELEMENTS) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "a mini-batch of rows=%d does not fit into one array in a layer of width=%d: expected rows<=%d; make batches smaller or hidden layers narrower",
              rows,
              width,
              MAX_ELEMENTS / width));
    }
    return Optional.empty();
  }
}
