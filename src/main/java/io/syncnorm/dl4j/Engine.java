package io.syncnorm.dl4j;

/** What computes a training master's steps. */
public enum Engine {
  /** The fused one where it can, DL4J's layers elsewhere; the log says which, and why. */
  AUTO,
  /** Ours: dense networks in fused loops over flat vectors. Refuses what it cannot train. */
  FUSED,
  /** DL4J's own layers, the normalized ones synchronized: any network. */
  DL4J
}
