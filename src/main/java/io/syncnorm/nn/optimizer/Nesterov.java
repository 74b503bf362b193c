package io.syncnorm.nn.optimizer;

/**
 * Stochastic gradient descent with Nesterov's momentum, as in DL4J and Keras (Sutskever et al.
 * 2013, equations 3 and 4, in terms of the parameters at which the gradient is computed):
 *
 * <pre>
 * v' = momentum v - learningRate g        p += (1 + momentum) v' - momentum v
 * </pre>
 */
public final class Nesterov extends FlatOptimizer {
  private final float momentum;
  private final float[] velocity;

  /** The hyperparameters of Nesterov's momentum. */
  public record Rule(Schedule schedule, double momentum) implements Optimizer.Rule {
    private static final long serialVersionUID = 1L;

    @Override
    public int slots() {
      return 1;
    }

    @Override
    public Optimizer optimizer(int parameterCount) {
      return new Nesterov(this, parameterCount);
    }
  }

  private Nesterov(Rule rule, int parameterCount) {
    super(rule, parameterCount);
    this.momentum = (float) rule.momentum;
    this.velocity = slots().get(0);
  }

  @Override
  void move(float[] parameters, float[] gradient, float scale, double rate) {
    float factor = (float) (rate * scale);
    for (int i = 0; i < parameters.length; i++) {
      float before = momentum * velocity[i];
      float v = before - factor * gradient[i] + FLUSH_MOMENT - FLUSH_MOMENT;
      velocity[i] = v;
      parameters[i] += (1 + momentum) * v - before;
    }
  }
}
