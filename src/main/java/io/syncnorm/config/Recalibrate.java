package io.syncnorm.config;

import java.io.Serializable;

/** When the running statistics of batch normalization are recomputed, and from how many rows. */
public sealed interface Recalibrate extends Serializable {
  /** The number of training rows from which the statistics are recomputed. */
  int rows();

  /**
   * If training has too few steps for the momentum, from enough rows for an accurate estimate;
   * written {@code auto}.
   */
  record Auto() implements Recalibrate {
    private static final int ENOUGH = 10_000;

    @Override
    public int rows() {
      return ENOUGH;
    }
  }

  /** After each epoch; 0 means never. Written as the number. */
  record EachEpoch(int rows) implements Recalibrate {}

  /**
   * Whether running statistics have forgotten their initial values, whose weight in them is {@code
   * momentum^steps}: after about {@code 4 / (1 - momentum)} steps.
   */
  static boolean areSettled(double momentum, long steps) {
    double settled = 4; // the weight of the initial values is then at most e^-4, 1.8 %
    return steps > 0 && steps * Math.log(momentum) <= -settled;
  }
}
