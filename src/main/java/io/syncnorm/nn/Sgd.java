package io.syncnorm.nn;

import java.util.List;

/** Plain stochastic gradient descent: {@code p -= learningRate * g}. */
public final class Sgd implements Optimizer {
  private final double learningRate;
  private long updates;

  /** The hyperparameter of SGD. */
  public record Rule(double learningRate) implements Optimizer.Rule {
    private static final long serialVersionUID = 1L;

    @Override
    public int slots() {
      return 0;
    }

    @Override
    public Optimizer optimizer(int parameterCount) {
      return new Sgd(learningRate);
    }
  }

  public Sgd(double learningRate) {
    this.learningRate = learningRate;
  }

  @Override
  public void update(float[] parameters, float[] gradient, float scale) {
    updates++;
    float rate = (float) (learningRate * scale);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] -= rate * gradient[i];
    }
  }

  @Override
  public List<float[]> slots() {
    return List.of();
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
