package io.syncnorm.config;

/** The function after each hidden layer. */
public enum Activation {
  RELU,
  TANH,
  SIGMOID
}
