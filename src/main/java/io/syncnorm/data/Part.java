package io.syncnorm.data;

/** What rows are used for. */
public enum Part {
  /** Rows that the model is trained on. */
  TRAINING,

  /** Rows that the model is only evaluated on: test rows, or validation rows of the estimator. */
  TEST
}
