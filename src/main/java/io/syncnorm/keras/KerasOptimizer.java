package io.syncnorm.keras;

/**
 * The optimizer that a model was compiled with.
 *
 * @param rate learning rate
 * @param momentum of SGD, Nesterov's or not; 0 for none
 * @param beta1 of Adam
 * @param beta2 of Adam; of RMSprop its {@code rho}
 * @param weightDecay decoupled, times the learning rate; 0 for none
 */
public record KerasOptimizer(
    Kind kind,
    double rate,
    double momentum,
    boolean isNesterov,
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay) {
  /** Keras' defaults of Adam. */
  static final KerasOptimizer DEFAULT =
      new KerasOptimizer(Kind.ADAM, 1e-3, 0, false, 0.9, 0.999, 1e-7, 0);

  /** Optimizers that the fused engine has. */
  public enum Kind {
    ADAM,
    SGD,
    RMSPROP
  }
}
