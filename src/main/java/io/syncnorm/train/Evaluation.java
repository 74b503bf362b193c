package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.Keys.Telemetry;
import io.syncnorm.data.MiniBatches;
import io.syncnorm.data.Rows;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Measures the merged model on the test rows, shared out over the ranks. */
public final class Evaluation {
  /** Rows of a batch: enough to keep the matrix products fast, few enough to stay in cache. */
  private static final int BATCH_ROWS = 256;

  /** Features of a batch, so that large images come in smaller batches: 64 MB. */
  private static final int BATCH_FEATURES = 1 << 24;

  /** How many statistics a model may be measured with: those it has, and those it had. */
  private static final int MOST_STATISTICS = 2;

  /** {@code [loss, correct, weight]}. */
  private static final int SCORE = 3;

  /** Doubles that the scores take of a message. */
  static final int SCORES = MOST_STATISTICS * SCORE;

  private final List<Integer> watched;
  private final MiniBatches batches;
  private final Communicator communicator;

  /** Sums of each score, then per hidden unit the ranks that have seen it alive. */
  private final double[] totals;

  /**
   * @param architecture of the network, where its units can be watched
   */
  Evaluation(
      Rows test,
      Optional<Architecture> architecture,
      Telemetry telemetry,
      Communicator communicator) {
    int rows = Math.max(1, Math.min(BATCH_ROWS, BATCH_FEATURES / test.rowLength()));
    this.watched =
        telemetry == Telemetry.ON
            ? architecture.map(Architecture::widths).orElse(List.of())
            : List.of();
    this.batches = MiniBatches.inOrder(test, rows);
    this.communicator = communicator;
    this.totals = new double[SCORES + unitsBefore(watched.size())];
  }

  /**
   * @param statistics those of the model, and perhaps others to measure it with
   */
  void run(Trainee trainee, List<float[]> statistics, int epoch, long tag) {
    Arrays.fill(totals, 0);
    batches.startEpoch(epoch);
    for (int rows = batches.next(); rows > 0; rows = batches.next()) {
      trainee.evaluate(batches, rows, statistics, this);
    }
    communicator.allReduce(tag, totals, Communicator.SUM);
  }

  /**
   * Adds how the model does on some rows.
   *
   * @param statistics index of those that it was measured with
   * @param loss weighted and summed over the rows, in nats
   * @param correct weight of the rows that were classified correctly
   */
  public void add(int statistics, double loss, double correct, double weight) {
    totals[SCORE * statistics] += loss;
    totals[SCORE * statistics + 1] += correct;
    totals[SCORE * statistics + 2] += weight;
  }

  /** Notes which units were not zero for every row that the network has just evaluated. */
  void markAlive(Network network, int rows) {
    if (!watched.isEmpty()) {
      network.markAlive(totals, SCORES, rows);
    }
  }

  /** Whether there were rows, and the model gave them a loss that is no number. */
  boolean isDiverged() {
    return totals[2] > 0 && !Double.isFinite(totals[0]);
  }

  /**
   * @param statistics index of those that the model was measured with; NaN for any other
   */
  EpochResult.Score score(int statistics) {
    double weight = totals[SCORE * statistics + 2];
    return new EpochResult.Score(
        totals[SCORE * statistics] / weight, totals[SCORE * statistics + 1] / weight);
  }

  /** Units of a hidden layer that were zero for every row of all ranks; NaN without rows. */
  double deadUnits(int layer) {
    if (watched.isEmpty() || totals[2] == 0) {
      return Double.NaN;
    }
    int from = SCORES + unitsBefore(layer);
    return Arrays.stream(totals, from, from + watched.get(layer))
        .filter(ranks -> ranks == 0)
        .count();
  }

  private int unitsBefore(int layer) {
    return watched.stream().limit(layer).mapToInt(Integer::intValue).sum();
  }
}
