package io.syncnorm.nn.network;

import io.syncnorm.nn.MiniBatch;

/**
 * Softmax and categorical cross-entropy in one: probabilities {@code p = exp(z - max z) / sum},
 * loss {@code -w log p[label]} summed over the rows of weight w, gradient of that sum with respect
 * to the logits {@code w (p - onehot(label))}. With weight 1 the results are bit-identical to those
 * without weights.
 */
final class SoftmaxCrossEntropy {
  private final int classes;
  private double lossSum;
  private double correct;
  private double weightSum;

  SoftmaxCrossEntropy(int classes) {
    this.classes = classes;
  }

  /** Replaces logits {@code [rows, classes]} by probabilities. */
  void probabilities(float[] logits, int rows) {
    for (int row = 0; row < rows; row++) {
      softmaxRow(logits, row * classes);
    }
  }

  /**
   * Computes loss and correct count of probabilities {@code [rows, classes]} against the labels of
   * {@code batch}.
   */
  void score(float[] probabilities, MiniBatch batch) {
    int[] labels = batch.labels();
    float[] weights = batch.weights();
    int rows = batch.count();
    lossSum = 0;
    correct = 0;
    weightSum = 0;
    for (int row = 0; row < rows; row++) {
      int at = row * classes;
      float own = probabilities[at + labels[row]];
      // The smallest positive float stands in for a probability that underflowed to zero.
      lossSum -= weights[row] * Math.log(own == 0f ? Float.MIN_VALUE : own);
      weightSum += weights[row];
      if (argMax(probabilities, at, classes) == labels[row]) {
        correct += weights[row];
      }
    }
  }

  /** Replaces probabilities by the gradient of the summed loss with respect to the logits. */
  void backward(float[] probabilities, MiniBatch batch) {
    int[] labels = batch.labels();
    float[] weights = batch.weights();
    int rows = batch.count();
    for (int row = 0; row < rows; row++) {
      probabilities[row * classes + labels[row]] -= 1f;
      if (weights[row] != 1f) {
        scaleRow(probabilities, row * classes, weights[row]);
      }
    }
  }

  /** Loss of the last {@link #score}, weighted and summed over its rows, in nats. */
  double lossSum() {
    return lossSum;
  }

  /** Weight of the last {@link #score}'s rows whose most probable class was the label. */
  double correct() {
    return correct;
  }

  /** Weight of the last {@link #score}'s rows. */
  double weightSum() {
    return weightSum;
  }

  /**
   * First index of the largest of {@code length} values from {@code at}, relative to {@code at}.
   */
  static int argMax(float[] values, int at, int length) {
    int best = 0;
    for (int j = 1; j < length; j++) {
      if (values[at + j] > values[at + best]) {
        best = j;
      }
    }
    return best;
  }

  private void scaleRow(float[] values, int at, float factor) {
    for (int j = 0; j < classes; j++) {
      values[at + j] *= factor;
    }
  }

  private void softmaxRow(float[] z, int at) {
    float max = z[at + argMax(z, at, classes)];
    double sum = 0;
    for (int j = 0; j < classes; j++) {
      double e = Math.exp(z[at + j] - max);
      z[at + j] = (float) e;
      sum += e;
    }
    float inverse = (float) (1 / sum);
    for (int j = 0; j < classes; j++) {
      z[at + j] *= inverse;
    }
  }
}
