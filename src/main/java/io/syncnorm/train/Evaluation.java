package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import io.syncnorm.data.MiniBatches;
import io.syncnorm.data.Rows;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;

/** Measures the merged model on the test rows, shared out over the ranks. */
final class Evaluation {
  /** Rows of a batch: enough to keep the matrix products fast, few enough to stay in cache. */
  private static final int BATCH_ROWS = 256;

  /** Features of a batch, so that large images come in smaller batches: 64 MB. */
  private static final int BATCH_FEATURES = 1 << 24;

  private final MiniBatches batches;
  private final Network network;
  private final Communicator communicator;
  private final float[] features;
  private final int[] labels;
  private final float[] weights;

  /** {@code [loss, correct, weight]}, sums. */
  private final double[] totals = new double[3];

  Evaluation(Architecture architecture, Rows test, Communicator communicator) {
    int rows = Math.min(BATCH_ROWS, BATCH_FEATURES / architecture.inputs());
    rows = Math.max(1, Math.min(rows, test.count()));
    this.batches = MiniBatches.inOrder(test, rows);
    this.network = new Network(architecture, rows, RankReduction.NONE);
    this.communicator = communicator;
    this.features = new float[Math.multiplyExact(rows, architecture.inputs())];
    this.labels = new int[rows];
    this.weights = new float[rows];
  }

  void run(NetworkState state, int epoch, long tag) {
    java.util.Arrays.fill(totals, 0);
    batches.startEpoch(epoch);
    for (int rows = next(); rows > 0; rows = next()) {
      network.evaluate(state, features, labels, weights, rows);
      totals[0] += network.lossSum();
      totals[1] += network.correct();
      totals[2] += network.weightSum();
    }
    communicator.allReduce(tag, totals, Sums::add);
  }

  /** Whether there were rows, and the model gave them a loss that is no number. */
  boolean isDiverged() {
    return totals[2] > 0 && !Double.isFinite(totals[0]);
  }

  double meanLoss() {
    return totals[0] / totals[2];
  }

  double accuracy() {
    return totals[1] / totals[2];
  }

  private int next() {
    return batches.next(features, labels, weights);
  }
}
