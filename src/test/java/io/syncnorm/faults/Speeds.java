package io.syncnorm.faults;

import java.util.stream.IntStream;

/** The speed of a run between its pauses, by the number of hosts: other load may have changed. */
final class Speeds {
  private final double[] rates;
  private final double[] seconds;
  private final int[] epochs;
  private int hosts;
  private long last;
  private boolean isClean;

  /**
   * @param rates epochs per second before, by the number of hosts
   */
  Speeds(double[] rates) {
    this.rates = rates;
    this.seconds = new double[rates.length];
    this.epochs = new int[rates.length];
    this.hosts = rates.length - 1;
  }

  /** An epoch has ended. */
  void epoch(long nanos) {
    if (isClean) {
      seconds[hosts] += 1e-9 * (nanos - last);
      epochs[hosts]++;
    }
    isClean = true;
    last = nanos;
  }

  /** The epoch that runs does not count. */
  void interrupted() {
    isClean = false;
  }

  /** Training continues on a number of hosts. */
  void moved(int next) {
    isClean = false;
    hosts = next;
  }

  /**
   * Returns the epochs per second on a number of hosts. If there are none, they are assumed to have
   * changed as much as on the others.
   */
  double of(int number) {
    if (epochs[number] > 0) {
      return epochs[number] / seconds[number];
    }
    double before = IntStream.range(0, rates.length).mapToDouble(n -> rates[n] * seconds[n]).sum();
    return before == 0 ? rates[number] : rates[number] * IntStream.of(epochs).sum() / before;
  }
}
