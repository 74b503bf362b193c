package io.syncnorm.dl4j;

/** The engine that computes a training master's steps. */
public enum Engine {
  /**
   * The fused engine where it supports the network, DL4J's layers otherwise. The log names the
   * choice and the reason.
   */
  AUTO,
  /**
   * SyncNorm's engine: chains of layers in fused loops over flat vectors. Rejects networks that it
   * cannot train.
   */
  FUSED,
  /** DL4J's own layers, with synchronized batch normalization. Trains any network. */
  DL4J
}
