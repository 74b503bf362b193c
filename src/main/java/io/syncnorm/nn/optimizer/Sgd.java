package io.syncnorm.nn.optimizer;

/** Plain stochastic gradient descent: {@code p -= learningRate * g}. */
public final class Sgd extends FlatOptimizer {
  /** The hyperparameter of SGD. */
  public record Rule(Schedule schedule) implements Optimizer.Rule {
    private static final long serialVersionUID = 1L;

    public Rule(double learningRate) {
      this(new Schedule.Constant(learningRate));
    }

    @Override
    public int slots() {
      return 0;
    }

    @Override
    public Optimizer optimizer(int parameterCount) {
      return new Sgd(this);
    }
  }

  public Sgd(double learningRate) {
    this(new Rule(learningRate));
  }

  private Sgd(Rule rule) {
    super(rule, 0);
  }

  @Override
  void move(float[] parameters, float[] gradient, float scale, double rate) {
    float factor = (float) (rate * scale);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] -= factor * gradient[i];
    }
  }
}
