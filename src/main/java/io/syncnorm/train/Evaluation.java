package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.Keys.Telemetry;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.network.Network;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Evaluates the merged model on the test rows, which are divided among the ranks. */
public final class Evaluation implements AutoCloseable {
  /** Rows of a batch: enough to keep the matrix products fast, few enough to stay in cache. */
  private static final int BATCH_ROWS = 256;

  /**
   * Maximum features of a batch of dense rows, so that large images form smaller batches: 64 MB.
   */
  private static final int BATCH_FEATURES = 1 << 24;

  /** Maximum number of statistics to evaluate a model with: recalibrated and running ones. */
  private static final int MAX_STATISTICS = 2;

  /** {@code [loss, correct, weight]}. */
  private static final int SCORE = 3;

  /** Doubles of a message that hold the scores. */
  static final int SCORES = MAX_STATISTICS * SCORE;

  private final List<Integer> watched;
  private final MiniBatches batches;
  private final Communicator communicator;

  /**
   * The sums of each score, then for each hidden unit the number of ranks on which it was active.
   */
  private final double[] totals;

  /**
   * @param architecture of the network, if its units can be inspected
   */
  Evaluation(
      RowStore test,
      Optional<Architecture> architecture,
      Telemetry telemetry,
      Communicator communicator) {
    int rows =
        test.isSparse()
            ? BATCH_ROWS
            : Math.max(1, Math.min(BATCH_ROWS, BATCH_FEATURES / test.rowLength()));
    this.watched =
        telemetry == Telemetry.ON
            ? architecture.map(Architecture::widths).orElse(List.of())
            : List.of();
    this.batches = MiniBatches.inOrder(test, rows);
    this.communicator = communicator;
    this.totals = new double[SCORES + unitsBefore(watched.size())];
  }

  /**
   * @param statistics the model's statistics, optionally followed by others to evaluate it with
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
   * Adds the model's score on some rows.
   *
   * @param statistics index of the statistics that the model was evaluated with
   * @param loss weighted and summed over the rows, in nats
   * @param correct weight of the rows that were classified correctly
   */
  public void add(int statistics, double loss, double correct, double weight) {
    totals[SCORE * statistics] += loss;
    totals[SCORE * statistics + 1] += correct;
    totals[SCORE * statistics + 2] += weight;
  }

  /** Marks the units that were nonzero for some row of the last evaluation. */
  void markAlive(Network network, int rows) {
    if (!watched.isEmpty()) {
      network.markAlive(totals, SCORES, rows);
    }
  }

  /** Whether there were rows and their loss is not finite. */
  boolean isDiverged() {
    return totals[2] > 0 && !Double.isFinite(totals[0]);
  }

  /**
   * @param statistics index of the statistics that the model was evaluated with; the score of any
   *     other index is NaN
   */
  EpochResult.Score score(int statistics) {
    double weight = totals[SCORE * statistics + 2];
    return new EpochResult.Score(
        totals[SCORE * statistics] / weight, totals[SCORE * statistics + 1] / weight);
  }

  /**
   * Number of units of a hidden layer that were zero for every row of all ranks; NaN without rows.
   */
  double deadUnits(int layer) {
    if (watched.isEmpty() || totals[2] == 0) {
      return Double.NaN;
    }
    int from = SCORES + unitsBefore(layer);
    return Arrays.stream(totals, from, from + watched.get(layer))
        .filter(ranks -> ranks == 0)
        .count();
  }

  @Override
  public void close() {
    batches.close();
  }

  private int unitsBefore(int layer) {
    return watched.stream().limit(layer).mapToInt(Integer::intValue).sum();
  }
}
