package io.syncnorm.nn;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * Moves parameters along a gradient. An optimizer belongs to one rank; its {@link #slots} are live
 * and may be averaged with other ranks' in place.
 */
public interface Optimizer {
  /** Which optimizer, and its hyperparameters: what travels in its place. */
  interface Rule extends Serializable {
    /** How many vectors it remembers, as {@link Optimizer#slots}. */
    int slots();

    /** One that has made no update yet. */
    Optimizer optimizer(int parameterCount);
  }

  /**
   * Makes one update.
   *
   * @param scale factor on the gradient: 1 / rows where it belongs to a summed loss
   */
  void update(float[] parameters, float[] gradient, float scale);

  /**
   * What it remembers besides the count of updates: vectors of the length of the parameters, none
   * for plain SGD. The live arrays, not copies.
   */
  List<float[]> slots();

  /** Updates made since the slots were zero. */
  long updates();

  /** Sets the count of updates, after {@link #slots} were replaced or merged. */
  void setUpdates(long updates);

  /** Forgets everything. */
  default void reset() {
    for (float[] slot : slots()) {
      Arrays.fill(slot, 0f);
    }
    setUpdates(0);
  }
}
