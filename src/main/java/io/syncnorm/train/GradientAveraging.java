package io.syncnorm.train;

import io.syncnorm.comm.Communicator;
import java.util.List;

/**
 * Makes the ranks' gradients one before the update: synchronous data-parallel training (Chen, Pan,
 * Monga, Bengio and Jozefowicz 2016, "Revisiting Distributed Synchronous SGD", section 3, without
 * backup workers). All ranks then make the same update to the same model, so that a world of ranks
 * equals one rank with the batch of all of them, with any optimizer.
 */
final class GradientAveraging {
  private final float[] gradient;
  private final List<float[]> vectors;
  private final Communicator communicator;

  /**
   * @param gradient flat, where each step leaves that of its summed loss
   */
  GradientAveraging(float[] gradient, Communicator communicator) {
    this.gradient = gradient;
    this.vectors = List.of(gradient);
    this.communicator = communicator;
  }

  /**
   * Replaces the gradient by that of the mean loss over the batches of all ranks.
   *
   * @param weightSum weight of this rank's batch; where it is zero its gradient is not read
   * @return whether there is a gradient to follow: whether any rank's batch weighs anything
   */
  boolean average(long tag, double weightSum) {
    if (weightSum > 0) {
      float scale = 1f / (float) weightSum;
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] *= scale;
      }
    }
    return communicator.weightedMean(tag, vectors, weightSum) > 0;
  }
}
