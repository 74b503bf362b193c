package io.syncnorm.nn.optimizer;

import java.io.Serializable;

/** How the learning rate depends on what training has behind it, and on nothing else. */
@FunctionalInterface
public interface Schedule extends Serializable {
  /** Returns the learning rate of the next update. */
  double rate(Elapsed elapsed);

  /** What a schedule counts. */
  enum Unit {
    /** Completed epochs: the rate is constant within an epoch. */
    EPOCHS,
    /** Completed steps of all epochs. */
    STEPS;

    double of(Elapsed elapsed) {
      return this == EPOCHS ? elapsed.epochs() : (double) elapsed.steps();
    }
  }

  /** The same rate at all times. */
  record Constant(double rate) implements Schedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double rate(Elapsed elapsed) {
      return rate;
    }
  }

  /** {@code rate * factor^floor(t / every)}, with t in a unit. */
  record Step(double rate, double factor, int every, Unit unit) implements Schedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double rate(Elapsed elapsed) {
      return rate * Math.pow(factor, Math.floor(unit.of(elapsed) / every));
    }
  }

  /** {@code rate * factor^(t / every)}, with t in a unit. */
  record Exponential(double rate, double factor, int every, Unit unit) implements Schedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double rate(Elapsed elapsed) {
      return rate * Math.pow(factor, unit.of(elapsed) / every);
    }
  }

  /**
   * Half a cosine over a run, step by step (Loshchilov and Hutter 2017, "SGDR", equation 5, without
   * restarts):
   *
   * <pre>
   * end + (rate - end) (1 + cos(pi t / epochs)) / 2,   end = rate * finalShare
   * </pre>
   *
   * @param epochs of the run; afterwards the rate is {@code end}
   */
  record Cosine(double rate, double finalShare, int epochs) implements Schedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double rate(Elapsed elapsed) {
      double end = rate * finalShare;
      double share = Math.min(1, elapsed.epochsAfter(0) / epochs);
      return end + (rate - end) * (1 + Math.cos(Math.PI * share)) / 2;
    }
  }

  /**
   * A linear warm-up in front of another schedule, whose own time runs meanwhile (Goyal et al.
   * 2017, "Accurate, Large Minibatch SGD", section 2.2): a step's rate is multiplied by the share
   * of the warm-up that is over after it, as in DL4J's RampSchedule.
   */
  record WarmUp(Schedule schedule, int length, Unit unit) implements Schedule {
    private static final long serialVersionUID = 1L;

    @Override
    public double rate(Elapsed elapsed) {
      double done = unit == Unit.STEPS ? elapsed.steps() + 1.0 : elapsed.epochsAfter(1);
      double rate = schedule.rate(elapsed);
      return done < length ? rate * (done / length) : rate;
    }
  }
}
