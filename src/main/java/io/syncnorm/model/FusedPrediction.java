package io.syncnorm.model;

import io.syncnorm.data.Features;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import java.util.Arrays;

/** Predictions of the fused engine, with buffers for the largest batch so far. */
final class FusedPrediction {
  private final Architecture architecture;
  private final NetworkState state;
  private Network network;
  private int maxRows;

  FusedPrediction(Architecture architecture, NetworkState state) {
    this.architecture = architecture;
    this.state = state;
  }

  /** Normalization would move the values that are not stored away from 0. */
  static boolean keepsSparse(FeatureNormalizer normalizer) {
    return normalizer.isNone();
  }

  /**
   * Predicts sparse rows, which are not normalized.
   *
   * @return probabilities {@code [rows, classes]}, row-major, valid until the next call
   */
  float[] predict(Features.Sparse rows) {
    int count = rows.rowStarts().length - 1;
    reserve(count);
    MiniBatch batch = MiniBatch.sparse(new int[count], new float[count]);
    return network.predict(
        state, batch.showSparse(rows.rowStarts(), rows.columns(), rows.values(), count));
  }

  /**
   * Normalizes a copy of rows and predicts it.
   *
   * @param features {@code [rows, inputs]}, row-major
   * @return probabilities {@code [rows, classes]}, row-major, valid until the next call
   */
  float[] predict(FeatureNormalizer normalizer, float[] features, int rows) {
    reserve(rows);
    if (normalizer.isNone()) {
      return network.predict(state, features, rows);
    }
    int inputs = architecture.inputs();
    float[] normalized = Arrays.copyOf(features, Math.multiplyExact(rows, inputs));
    normalizer.apply(normalized, rows, inputs);
    return network.predict(state, normalized, rows);
  }

  private void reserve(int rows) {
    if (rows > maxRows) {
      network = new Network(architecture, rows, RankReduction.NONE);
      maxRows = rows;
    }
  }
}
