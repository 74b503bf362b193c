package io.syncnorm.keras;

/**
 * Values of a variable, such as a layer's kernel.
 *
 * @param shape sizes of its dimensions
 * @param values in row-major order
 */
public record Variable(int[] shape, float[] values) {}
