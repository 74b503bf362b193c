package io.syncnorm.nn;

import java.util.List;

/**
 * Adam (Kingma and Ba 2015, algorithm 1, with the step size of section 2 that folds the bias
 * corrections into the learning rate, as Keras and DL4J do):
 *
 * <pre>
 * m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g^2
 * p -= learningRate sqrt(1 - beta2^t) / (1 - beta1^t) * m / (sqrt(v) + epsilon)
 * </pre>
 */
public final class Adam implements Optimizer {
  // Denormal numbers make an update ten times slower, and training produces them: the moments of
  // pixels that are rarely set decay towards zero, and squares of tiny gradients start there.
  // Adding and subtracting a constant rounds to multiples of its last bit, or to zero: 6e-30 for
  // moments and 7e-18 for gradients, which has no effect with any usual epsilon.
  private static final float FLUSH_MOMENT = 1e-22f;
  private static final float FLUSH_GRADIENT = 1e-10f;

  private final Rule rule;

  // Two arrays and not one of twice the length: C2 vectorizes only where it sees no overlap.
  private final float[] firstMoments;
  private final float[] secondMoments;

  private long updates;

  /** The hyperparameters of Adam. */
  public record Rule(double learningRate, double beta1, double beta2, double epsilon)
      implements Optimizer.Rule {
    private static final long serialVersionUID = 1L;

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
    this.rule = rule;
    this.firstMoments = new float[parameterCount];
    this.secondMoments = new float[parameterCount];
  }

  @Override
  public void update(float[] parameters, float[] gradient, float scale) {
    updates++;
    double correction =
        Math.sqrt(1 - Math.pow(rule.beta2, (double) updates))
            / (1 - Math.pow(rule.beta1, (double) updates));
    float rate = (float) (rule.learningRate * correction);
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

  @Override
  public List<float[]> slots() {
    return List.of(firstMoments, secondMoments);
  }

  @Override
  public long updates() {
    return updates;
  }

  @Override
  public void setUpdates(long updates) {
    this.updates = updates;
  }
}
