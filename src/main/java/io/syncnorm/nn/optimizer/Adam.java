package io.syncnorm.nn.optimizer;

/**
 * Adam (Kingma and Ba 2015, algorithm 1, with the step size of section 2 that folds the bias
 * corrections into the learning rate, as Keras and DL4J do):
 *
 * <pre>
 * m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
 * p -= learningRate sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
 * </pre>
 */
public final class Adam extends FlatOptimizer {
  private final Rule rule;

  // Two arrays and not one of twice the length: C2 vectorizes only where it sees no overlap.
  private final float[] firstMoments;
  private final float[] secondMoments;

  /** The hyperparameters of Adam. */
  public record Rule(Schedule schedule, double beta1, double beta2, double epsilon)
      implements Optimizer.Rule {
    private static final long serialVersionUID = 1L;

    public Rule(double learningRate, double beta1, double beta2, double epsilon) {
      this(new Schedule.Constant(learningRate), beta1, beta2, epsilon);
    }

    @Override
    public int slots() {
      return 2;
    }

    @Override
    public Optimizer optimizer(int parameterCount) {
      return new Adam(this, parameterCount);
    }
  }

  private Adam(Rule rule, int parameterCount) {
    super(rule, parameterCount);
    this.rule = rule;
    this.firstMoments = slots().get(0);
    this.secondMoments = slots().get(1);
  }

  @Override
  void move(float[] parameters, float[] gradient, float scale, double learningRate) {
    double correction =
        Math.sqrt(1 - Math.pow(rule.beta2, (double) updates()))
            / (1 - Math.pow(rule.beta1, (double) updates()));
    float rate = (float) (learningRate * correction);
    float decay1 = (float) rule.beta1;
    float decay2 = (float) rule.beta2;
    float gain1 = (float) (1 - rule.beta1);
    float gain2 = (float) (1 - rule.beta2);
    float floor = (float) rule.epsilon;
    for (int i = 0; i < parameters.length; i++) {
      float g = gradient[i] * scale + FLUSH_GRADIENT - FLUSH_GRADIENT;
      float m = decay1 * firstMoments[i] + gain1 * g + FLUSH_MOMENT - FLUSH_MOMENT;
      float v = decay2 * secondMoments[i] + gain2 * g * g + FLUSH_MOMENT - FLUSH_MOMENT;
      firstMoments[i] = m;
      secondMoments[i] = v;
      parameters[i] -= rate * m / ((float) Math.sqrt(v) + floor);
    }
  }
}
