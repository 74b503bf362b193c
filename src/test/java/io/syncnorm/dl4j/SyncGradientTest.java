package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Communicator;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Compares gradients with central differences of the summed loss of two ranks, through their shared
 * statistics.
 */
@Timeout(60)
class SyncGradientTest {
  private static final double STEP = 1e-5;

  /** Relative error of central differences, of order STEP squared, with their rounding. */
  private static final double TOLERANCE = 1e-6;

  private static final int WORLD = 2;

  @ParameterizedTest
  @EnumSource(
      value = Networks.class,
      names = {"MLP", "CNN", "CNN_NHWC"})
  void shouldBeTheGradientOfTheSummedLoss(Networks kind) throws Exception {
    List<double[]> errors = Ranks.run(WORLD, communicator -> errors(kind, communicator));
    for (double[] ofRank : errors) {
      double relative = Math.sqrt(ofRank[0] / ofRank[1]);
      assertTrue(relative <= TOLERANCE, "relative error " + relative);
      assertTrue(ofRank[1] > 0, "there is a gradient");
    }
  }

  /**
   * Returns the squared error and squared norm of this rank's gradient; ranks are checked in turn.
   */
  private static double[] errors(Networks kind, Communicator communicator) {
    int rank = communicator.rank();
    MultiLayerNetwork network = SyncBatchNorm.convert(kind.network(DataType.DOUBLE));
    DataSet batch = kind.rows(rank == 0 ? 5 : 3, rank + 1);
    network.setInput(batch.getFeatures());
    network.setLabels(batch.getLabels());
    double[] errors = new double[2];
    try (SyncScope scope = SyncScope.enter(network, communicator)) {
      scope.at(1, 0);
      network.computeGradientAndScore();
      INDArray gradient = network.getFlattenedGradients().dup();
      boolean[] isStatistic = statistics(network);
      for (int mover = 0; mover < WORLD; mover++) {
        for (int i = mover; i < isStatistic.length; i += stride(kind)) {
          if (isStatistic[i]) {
            continue;
          }
          double up = summedLoss(network, batch, i, mover == rank ? STEP : 0, communicator);
          double down = summedLoss(network, batch, i, mover == rank ? -STEP : 0, communicator);
          if (mover == rank) {
            double expected = (up - down) / (2 * STEP);
            errors[0] += Math.pow(gradient.getDouble(i) - expected, 2);
            errors[1] += Math.pow(expected, 2);
          }
        }
      }
    }
    return errors;
  }

  /**
   * Returns the stride of the checked parameters: convolutions have many weights and share their
   * code, so a sample is enough.
   */
  private static int stride(Networks kind) {
    return kind == Networks.MLP ? 1 : 3;
  }

  private static double summedLoss(
      MultiLayerNetwork network, DataSet batch, int at, double move, Communicator communicator) {
    double value = network.params().getDouble(at);
    network.params().putScalar(at, value + move);
    double[] loss = {network.score(batch, true) * batch.numExamples()};
    network.params().putScalar(at, value);
    communicator.allReduce(0, loss, (into, other) -> into[0] += other[0]);
    return loss[0];
  }

  /** Returns the indices of running statistics in the parameter vector, which have no gradient. */
  private static boolean[] statistics(MultiLayerNetwork network) {
    boolean[] statistics = new boolean[(int) network.numParams()];
    int at = 0;
    for (var parameter : network.paramTable().entrySet()) {
      int length = (int) parameter.getValue().length();
      String name = parameter.getKey();
      boolean running = name.endsWith("_mean") || name.endsWith("_log10stdev");
      java.util.Arrays.fill(statistics, at, at + length, running);
      at += length;
    }
    return statistics;
  }
}
