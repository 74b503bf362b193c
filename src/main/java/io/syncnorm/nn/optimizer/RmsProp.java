package io.syncnorm.nn.optimizer;

/**
 * RMSProp (Tieleman and Hinton 2012, lecture 6.5), with epsilon outside the root, as in DL4J and
 * PyTorch:
 *
 * <pre>
 * v = decay v + (1 - decay) g^2        p -= learningRate g / (sqrt(v) + epsilon)
 * </pre>
 */
public final class RmsProp extends FlatOptimizer {
  private final float decay;
  private final float gain;
  private final float epsilon;
  private final float[] squares;

  /** The hyperparameters of RMSProp. */
  public record Rule(Schedule schedule, double decay, double epsilon) implements Optimizer.Rule {
    private static final long serialVersionUID = 1L;

    @Override
    public int slots() {
      return 1;
    }

    @Override
    public Optimizer optimizer(int parameterCount) {
      return new RmsProp(this, parameterCount);
    }
  }

  private RmsProp(Rule rule, int parameterCount) {
    super(rule, parameterCount);
    this.decay = (float) rule.decay;
    this.gain = (float) (1 - rule.decay);
    this.epsilon = (float) rule.epsilon;
    this.squares = slots().get(0);
  }

  @Override
  void move(float[] parameters, float[] gradient, float scale, double rate) {
    float factor = (float) rate;
    for (int i = 0; i < parameters.length; i++) {
      float g = gradient[i] * scale + FLUSH_GRADIENT - FLUSH_GRADIENT;
      float v = decay * squares[i] + gain * g * g + FLUSH_MOMENT - FLUSH_MOMENT;
      squares[i] = v;
      parameters[i] -= factor * g / ((float) Math.sqrt(v) + epsilon);
    }
  }
}
