package io.syncnorm.nn.optimizer;

/**
 * Updates a merged model by the average change of its ranks since the last merge, used as a
 * gradient:
 *
 * <pre>
 * delta = merged - previous         v = momentum v + delta
 * momentum: p = previous + learningRate v
 * nesterov: p = previous + learningRate (momentum v + delta)
 * </pre>
 *
 * <p>Momentum is FedAvgM (Hsu, Qi and Brown 2019, "Measuring the Effects of Non-Identical Data
 * Distribution for Federated Visual Classification", section 4.3), and SlowMo except for a scale
 * (Wang, Tantia, Ballas and Rabbat 2020, algorithm 1); Nesterov's is DiLoCo's (Douillard et al.
 * 2023, algorithm 1). With learning rate 1 and momentum 0 both keep the average.
 *
 * <p>It belongs to one rank, and its steps are equal on every rank, since the merged models are.
 */
public final class OuterOptimizer {
  /** The rule that turns the change into an update. */
  public enum Variant {
    /** No update: keeps the average. */
    NONE,
    MOMENTUM,
    NESTEROV
  }

  private final Variant variant;
  private final float learningRate;
  private final float momentum;
  private final float[] velocity;
  private final float[] previous;

  public OuterOptimizer(Variant variant, double learningRate, double momentum, int parameterCount) {
    this.variant = variant;
    this.learningRate = (float) learningRate;
    this.momentum = (float) momentum;
    this.velocity = new float[variant == Variant.NONE ? 0 : parameterCount];
    this.previous = new float[velocity.length];
  }

  /** Stores the parameters that the ranks start from, which they have in common. */
  public void startFrom(float[] parameters) {
    System.arraycopy(parameters, 0, previous, 0, previous.length);
  }

  /** Replaces the average of the ranks' parameters by the parameters that they start from next. */
  public void step(float[] parameters) {
    for (int i = 0; i < velocity.length; i++) {
      float delta = parameters[i] - previous[i];
      float v = momentum * velocity[i] + delta;
      float move = variant == Variant.NESTEROV ? momentum * v + delta : v;
      velocity[i] = v;
      parameters[i] = previous[i] + learningRate * move;
    }
    startFrom(parameters);
  }

  /**
   * The velocity, accumulated from earlier changes; empty for {@link Variant#NONE}. The live array.
   */
  public float[] velocity() {
    return velocity;
  }
}
