package io.syncnorm.comm.fold;

/**
 * One step of a fold: the value in slot {@code into} becomes {@code fold(into, other)}. A node's
 * value is in the slot of its first rank, so {@code into} is the left child and the result is the
 * parent's value.
 */
public record Fold(int into, int other) {}
