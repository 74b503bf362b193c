package io.syncnorm.plan;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.network.WindowBuffers;
import io.syncnorm.train.Blueprint;
import java.util.List;
import java.util.stream.IntStream;

/** Estimates of the memory that a rank needs besides its rows. */
public final class RankMemory {
  /** Vectors of a rank: model, gradient, optimizer, telemetry, snapshot. */
  private static final long VECTORS = 9;

  /** Vectors of a rank with an outer optimizer. */
  private static final long VECTORS_WITH_OUTER = 12;

  /** Activations, their gradients and normalized values. */
  private static final long ARRAYS_OF_LAYER = 3;

  private RankMemory() {}

  /**
   * Bytes of a rank's vectors.
   *
   * @param parameters of the network
   */
  public static long models(Configuration configuration, long parameters) {
    boolean hasOuter = configuration.get(Keys.OUTER_TYPE) != Keys.OuterType.NONE;
    return (hasOuter ? VECTORS_WITH_OUTER : VECTORS) * Float.BYTES * parameters;
  }

  /**
   * Bytes of a rank's mini-batch on its way through the network, with the windows that convolutions
   * copy, and of the next one, which may be loaded ahead.
   *
   * @param inputs values of a row in the mini-batch, which holds no zeros of sparse rows
   * @param rows of the mini-batch
   */
  public static long batches(Configuration configuration, int inputs, long rows) {
    Architecture network = Blueprint.architectureOfBatches(configuration, inputs);
    return Float.BYTES
        * (rows * (2L * inputs + ARRAYS_OF_LAYER * values(network))
            + WindowBuffers.length(network, rows));
  }

  /** Values of a row between layers, without those that a layer computes in place. */
  private static long values(Architecture network) {
    List<Dimensions> inputs = network.dimensions();
    return IntStream.range(0, network.layers().size())
        .filter(layer -> !isInPlace(network.layers().get(layer)))
        .mapToLong(layer -> inputs.get(layer + 1).size())
        .sum();
  }

  private static boolean isInPlace(Layer layer) {
    return layer instanceof Layer.BatchNormalization
        || layer instanceof Layer.Activated
        || layer instanceof Layer.Dropout
        || layer instanceof Layer.Flatten;
  }
}
