package io.syncnorm.nn;

/**
 * Moves a merged model along the averaged difference that its ranks have made since the last merge,
 * as if that were a gradient:
 *
 * <pre>
 * delta = merged - previous         v = momentum v + delta
 * momentum: p = previous + learningRate v
 * nesterov: p = previous + learningRate (momentum v + delta)
 * </pre>
 *
 * <p>Momentum is FedAvgM (Hsu, Qi and Brown 2019, "Measuring the Effects of Non-Identical Data
 * Distribution for Federated Visual Classification", section 4.3), and SlowMo but for a scale
 * (Wang, Tantia, Ballas and Rabbat 2020, algorithm 1); Nesterov's is DiLoCo's (Douillard et al.
 * 2023, algorithm 1). With learning rate 1 and momentum 0 both leave the average.
 *
 * <p>It belongs to one rank and does the same on every rank, since what is merged is the same.
 */
public final class OuterOptimizer {
  /** What is made of the difference. */
  public enum Variant {
    /** Nothing: the average stays. */
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

  /** Remembers where the ranks set out from: their common parameters. */
  public void setOut(float[] parameters) {
    System.arraycopy(parameters, 0, previous, 0, previous.length);
  }

  /** Turns the average of the ranks' parameters into what they set out from next. */
  public void step(float[] parameters) {
    for (int i = 0; i < velocity.length; i++) {
      float delta = parameters[i] - previous[i];
      float v = momentum * velocity[i] + delta;
      float move = variant == Variant.NESTEROV ? momentum * v + delta : v;
      velocity[i] = v;
      parameters[i] = previous[i] + learningRate * move;
    }
    setOut(parameters);
  }

  /**
   * What it remembers of the differences before; empty for {@link Variant#NONE}. The live array.
   */
  public float[] velocity() {
    return velocity;
  }
}
