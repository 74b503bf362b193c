package io.syncnorm.nn.optimizer;

import java.util.List;
import java.util.stream.IntStream;

/** An optimizer with a schedule and some state vectors, which are zero at first. */
abstract class FlatOptimizer implements Optimizer {
  // Denormal numbers make an update ten times slower, and training produces them: the moments of
  // pixels that are rarely set decay towards zero, and squares of tiny gradients start there.
  // Adding and subtracting a constant rounds to multiples of its last bit, or to zero: 6e-30 for
  // moments and 7e-18 for gradients, which has no effect with any usual epsilon.
  static final float FLUSH_MOMENT = 1e-22f;
  static final float FLUSH_GRADIENT = 1e-10f;

  private final Schedule schedule;
  private final List<float[]> slots;
  private double rate;
  private long updates;

  FlatOptimizer(Rule rule, int parameterCount) {
    this.schedule = rule.schedule();
    this.slots = IntStream.range(0, rule.slots()).mapToObj(i -> new float[parameterCount]).toList();
    moveTo(Elapsed.NOTHING);
  }

  /** Makes one update; {@link #updates} counts it already. */
  abstract void move(float[] parameters, float[] gradient, float scale, double rate);

  @Override
  public final void moveTo(Elapsed elapsed) {
    rate = schedule.rate(elapsed);
  }

  @Override
  public final void update(float[] parameters, float[] gradient, float scale) {
    updates++;
    move(parameters, gradient, scale, rate);
  }

  @Override
  public final List<float[]> slots() {
    return slots;
  }

  @Override
  public final long updates() {
    return updates;
  }

  @Override
  public final void setUpdates(long updates) {
    this.updates = updates;
  }
}
