package io.syncnorm.train;

import io.syncnorm.train.telemetry.EpochTotals;
import io.syncnorm.train.telemetry.LayerDrift;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of one epoch, over all ranks.
 *
 * <p>Losses and accuracies are weighted means if rows have weights. They are NaN if the total
 * weight is zero, for example without test rows.
 *
 * @param epoch from 1
 * @param trainLoss mean over the rows of the epoch's mini-batches at the time they were trained on,
 *     in nats
 * @param trainAccuracy fraction of those rows classified correctly
 * @param testLoss mean over the test rows, of the merged model
 * @param testAccuracy fraction of the test rows classified correctly
 * @param rows training rows seen by all ranks
 * @param running the test figures of the merged model with the running statistics of training. NaN
 *     without recalibration: {@code testLoss} and {@code testAccuracy} are then the figures with
 *     these statistics
 * @param layers drift of the ranks, per hidden layer
 */
public record EpochResult(
    int epoch,
    double trainLoss,
    double trainAccuracy,
    double testLoss,
    double testAccuracy,
    long rows,
    Times times,
    Exchanges exchanges,
    Score running,
    List<LayerDrift> layers)
    implements Serializable {

  public EpochResult {
    layers = List.copyOf(layers);
  }

  /** Bytes that {@link #writeTo} writes for {@code layers} hidden layers. */
  public static int encodedLength(int layers) {
    return 4 + 4 * 8 + 8 + 5 * 8 + 2 * 8 + 2 * 8 + layers * LayerDrift.ENCODED_LENGTH;
  }

  /**
   * Writes the result as plain numbers.
   *
   * <pre>
   * epoch [4] losses, accuracies [4 x 8] rows [8] times [5 x 8] exchanges [2 x 8]
   * running [2 x 8] | per hidden layer [5 x 8]
   * </pre>
   */
  public void writeTo(DataOutput out) throws IOException {
    out.writeInt(epoch);
    out.writeDouble(trainLoss);
    out.writeDouble(trainAccuracy);
    out.writeDouble(testLoss);
    out.writeDouble(testAccuracy);
    out.writeLong(rows);
    out.writeDouble(times.seconds);
    out.writeDouble(times.computeSeconds);
    out.writeDouble(times.syncSeconds);
    out.writeDouble(times.waitSeconds);
    out.writeDouble(times.averageSeconds);
    out.writeDouble(exchanges.p50Micros);
    out.writeDouble(exchanges.p99Micros);
    out.writeDouble(running.loss);
    out.writeDouble(running.accuracy);
    for (LayerDrift layer : layers) {
      layer.writeTo(out);
    }
  }

  /**
   * Reads what {@link #writeTo} wrote.
   *
   * @param hiddenLayers the expected number of layers; no number that is read decides what is
   *     allocated
   */
  public static EpochResult readFrom(DataInput in, int hiddenLayers) throws IOException {
    return new EpochResult(
        in.readInt(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readDouble(),
        in.readLong(),
        new Times(
            in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble()),
        new Exchanges(in.readDouble(), in.readDouble()),
        new Score(in.readDouble(), in.readDouble()),
        readLayers(in, hiddenLayers));
  }

  private static List<LayerDrift> readLayers(DataInput in, int count) throws IOException {
    List<LayerDrift> layers = new ArrayList<>();
    for (int layer = 0; layer < count; layer++) {
      layers.add(LayerDrift.readFrom(in));
    }
    return layers;
  }

  /**
   * A model's score on the test rows.
   *
   * @param loss mean over the rows, in nats
   * @param accuracy fraction of the rows
   */
  public record Score(double loss, double accuracy) implements Serializable {}

  /**
   * The times of an epoch, as means over the hosts. Ranks that share a slot compute in turns: their
   * times add up to those of the host, and waiting for a turn does not count.
   *
   * @param seconds the complete epoch: the parts below, and the evaluation
   * @param computeSeconds arithmetic and batch preparation of the steps
   * @param syncSeconds exchanging statistics, without waiting
   * @param waitSeconds waiting for other hosts within the steps
   * @param averageSeconds merging models, waiting included
   */
  public record Times(
      double seconds,
      double computeSeconds,
      double syncSeconds,
      double waitSeconds,
      double averageSeconds)
      implements Serializable {
    static Times of(EpochTotals totals) {
      return new Times(
          totals.seconds(),
          totals.computing(),
          totals.exchanging(),
          totals.waiting(),
          totals.merging());
    }
  }

  /**
   * The duration of single exchanges of statistics, over all ranks, waiting for other hosts
   * included; NaN if nothing is synchronized.
   *
   * @param p50Micros the median, in microseconds
   * @param p99Micros the 99th percentile, in microseconds
   */
  public record Exchanges(double p50Micros, double p99Micros) implements Serializable {
    static Exchanges of(EpochTotals totals) {
      return new Exchanges(totals.exchangeMicros(0.5), totals.exchangeMicros(0.99));
    }
  }
}
