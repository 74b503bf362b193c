package io.syncnorm.keras;

import io.syncnorm.nn.Architecture;
import java.util.List;
import java.util.Map;

/**
 * A model's layers as the fused engine has them.
 *
 * @param stored Keras' layers with variables, in order: those with weights, and normalizations
 * @param penalties coefficient of L2 regularization of weights, by index of the layer with weights
 * @param remarks how training differs from Keras'
 */
record Chain(
    Architecture architecture,
    List<LayerConfig> stored,
    Map<Integer, Double> penalties,
    List<String> remarks) {}
