package io.syncnorm.config;

import java.io.Serializable;

/** When the running statistics of batch normalization are taken anew, and from how many rows. */
public sealed interface Recalibrate extends Serializable {
  /** Training rows that the statistics are taken anew from, where they are. */
  int rows();

  /**
   * Where training has too few steps for the momentum, and then from so many rows that more would
   * tell little; written {@code auto}.
   */
  record Auto() implements Recalibrate {
    private static final int ENOUGH = 10_000;

    @Override
    public int rows() {
      return ENOUGH;
    }
  }

  /** After each epoch; 0 is never. Written as the number. */
  record EachEpoch(int rows) implements Recalibrate {}

  /**
   * Whether running statistics have forgotten where they started, which weighs {@code
   * momentum^steps} in them: some {@code 4 / (1 - momentum)} steps.
   */
  static boolean areSettled(double momentum, long steps) {
    double settled = 4; // the start then weighs at most e^-4, 1.8 %
    return steps > 0 && steps * Math.log(momentum) <= -settled;
  }
}
