package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Keys.Telemetry;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Moments;
import io.syncnorm.nn.ParameterLayout;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Checks that a model fits into arrays and messages, whose lengths are {@code int}, before anything
 * is allocated. It does not check the heap, which usually runs out sooner.
 */
public final class ModelSize {
  /** Maximum length of an array. */
  private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  /**
   * Maximum bytes of a model in a message to the driver, which leaves space for the rest of the
   * message.
   */
  public static final long MAX_BYTES = Integer.MAX_VALUE - (1 << 20);

  private ModelSize() {}

  /**
   * Maximum bytes of a snapshot of the configured network, including the state of its optimizers.
   *
   * @param inputs values of a row
   * @throws IllegalArgumentException if the network is too large to be reported
   */
  public static int snapshotBytes(Configuration configuration, int inputs) {
    Blueprint blueprint = Blueprint.of(configuration, inputs);
    ParameterLayout layout = ParameterLayout.of(blueprint.architecture());
    int slots = blueprint.optimizer().slots();
    int outer = configuration.get(Keys.OUTER_TYPE) == Keys.OuterType.NONE ? 0 : 1;
    long parameters = layout.parameterCount();
    long floats = parameters * (1 + slots + outer) + 2L * layout.statisticsCount();
    return requireReportable(parameters, Snapshot.encodedLength(floats, slots));
  }

  /**
   * Checks that a network fits into one message to the driver.
   *
   * @param parameters number of parameters
   * @param bytes bytes of the network with its optimizer state
   * @return {@code bytes}
   * @throws IllegalArgumentException if the network does not fit
   */
  public static int requireReportable(long parameters, long bytes) {
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network is too large for one message to the driver: parameters=%d with the optimizer state take bytes=%d, expected bytes<=%d, about parameters<=%d; make hidden layers narrower",
              parameters,
              bytes,
              MAX_BYTES,
              MAX_BYTES / (bytes / parameters)));
    }
    return (int) bytes;
  }

  /**
   * The reason why a mini-batch does not fit into the configured network; empty if it does.
   *
   * @param inputs values of a row in a mini-batch, which holds no zeros of sparse rows
   */
  public static Optional<String> tooLarge(Configuration configuration, int inputs, StepPlan plan) {
    boolean isFromFile = configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile;
    Architecture network = Blueprint.architecture(configuration, inputs);
    int[] hidden =
        isFromFile ? new int[0] : network.widths().stream().mapToInt(Integer::intValue).toArray();
    int widest = IntStream.of(hidden).max().orElse(1);
    long rows = Math.min(plan.batchSize(), Collections.max(plan.rowsPerRank()));
    long width = Math.max(inputs, Math.max(widest, network.classes()));
    if (rows * width > MAX_ELEMENTS) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "a mini-batch of rows=%d does not fit into one array in a layer of width=%d: expected rows<=%d; make batches smaller or hidden layers narrower",
              rows,
              width,
              MAX_ELEMENTS / width));
    }
    boolean isWatched = configuration.get(Keys.TELEMETRY) == Telemetry.ON;
    long units = isWatched ? IntStream.of(hidden).asLongStream().sum() : 0;
    long values = Math.max(Moments.packedLength(widest), Evaluation.SCORES + units);
    if (plan.world() * values * Double.BYTES > MAX_BYTES) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the messages of all ranks in one exchange do not fit into one array: expected world<=%d for hidden layers of this width, found world=%d; use fewer ranks or make hidden layers narrower",
              MAX_BYTES / (values * Double.BYTES),
              plan.world()));
    }
    return Optional.empty();
  }
}
