package io.syncnorm.nn.optimizer;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Updates parameters from gradients. An optimizer belongs to one rank; its {@link #slots} are live
 * and may be averaged with other ranks' in place.
 */
public interface Optimizer {
  /** The kind of optimizer and its hyperparameters, which are serialized in its place. */
  interface Rule extends Serializable {
    /** Number of state vectors, as in {@link Optimizer#slots}. */
    int slots();

    /** The learning rates of the updates. */
    Schedule schedule();

    /** Creates an optimizer that has made no update yet. */
    Optimizer optimizer(int parameterCount);
  }

  /** Sets the learning rate of the updates that follow to that of a place in the training. */
  default void moveTo(Elapsed elapsed) {}

  /**
   * Makes one update.
   *
   * @param scale factor on the gradient: 1 / rows if the loss is summed over rows
   */
  void update(float[] parameters, float[] gradient, float scale);

  /**
   * The optimizer's state besides the count of updates: vectors as long as the parameters; empty
   * for plain SGD. The live arrays, not copies.
   */
  List<float[]> slots();

  /** Updates made since the slots were zero. */
  long updates();

  /** Sets the count of updates, after {@link #slots} were replaced or merged. */
  void setUpdates(long updates);

  /** Resets slots and the count of updates to zero. */
  default void reset() {
    for (float[] slot : slots()) {
      Arrays.fill(slot, 0f);
    }
    setUpdates(0);
  }
}
