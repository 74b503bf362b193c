package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.TrainingSettings.Telemetry;
import io.syncnorm.data.MiniBatches;
import io.syncnorm.data.Rows;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import java.util.Arrays;
import java.util.List;

/** Measures the merged model on the test rows, shared out over the ranks. */
final class Evaluation {
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

  private final Architecture architecture;
  private final Telemetry telemetry;
  private final MiniBatches batches;
  private final Network network;
  private final Communicator communicator;
  private final MiniBatch batch;

  /** Sums of each score, then per hidden unit the ranks that have seen it alive. */
  private final double[] totals;

  Evaluation(Architecture architecture, Rows test, Telemetry telemetry, Communicator communicator) {
    int rows = Math.max(1, Math.min(BATCH_ROWS, BATCH_FEATURES / architecture.inputs()));
    this.architecture = architecture;
    this.telemetry = telemetry;
    this.batches = MiniBatches.inOrder(test, rows);
    this.batch = new MiniBatch(batches.features(), batches.labels(), batches.weights());
    this.network = new Network(architecture, batches.maxRows(), RankReduction.NONE);
    this.communicator = communicator;
    int units = telemetry == Telemetry.ON ? unitsBefore(architecture.hidden().size()) : 0;
    this.totals = new double[SCORES + units];
  }

  /**
   * @param states the model, and perhaps the same parameters with other statistics
   */
  void run(List<NetworkState> states, int epoch, long tag) {
    Arrays.fill(totals, 0);
    batches.startEpoch(epoch);
    for (int rows = batches.next(); rows > 0; rows = batches.next()) {
      batch.show(batches.featuresAt(), rows);
      network.evaluate(states.get(0), batch);
      addScore(0);
      if (telemetry == Telemetry.ON) {
        network.markAlive(totals, SCORES, rows);
      }
      for (int i = 1; i < states.size(); i++) {
        network.reevaluate(states.get(i), batch);
        addScore(i);
      }
    }
    communicator.allReduce(tag, totals, Sums::add);
  }

  /** Whether there were rows, and the model gave them a loss that is no number. */
  boolean isDiverged() {
    return totals[2] > 0 && !Double.isFinite(totals[0]);
  }

  /**
   * @param state index of one of those that were measured; NaN for any other
   */
  EpochResult.Score score(int state) {
    double weight = totals[SCORE * state + 2];
    return new EpochResult.Score(
        totals[SCORE * state] / weight, totals[SCORE * state + 1] / weight);
  }

  /** Units of a hidden layer that were zero for every row of all ranks; NaN without rows. */
  double deadUnits(int layer) {
    if (telemetry == Telemetry.OFF || totals[2] == 0) {
      return Double.NaN;
    }
    int from = SCORES + unitsBefore(layer);
    int width = architecture.hidden().get(layer).width();
    return Arrays.stream(totals, from, from + width).filter(ranks -> ranks == 0).count();
  }

  private int unitsBefore(int layer) {
    return architecture.widths().stream().limit(layer).mapToInt(Integer::intValue).sum();
  }

  private void addScore(int state) {
    totals[SCORE * state] += network.lossSum();
    totals[SCORE * state + 1] += network.correct();
    totals[SCORE * state + 2] += network.weightSum();
  }
}
