package io.syncnorm.nn.optimizer;

import java.io.Serializable;

/**
 * A part of the parameter vector, such as the weights of a layer.
 *
 * @param from index of the first parameter
 * @param to index after the last one
 */
public record Range(int from, int to) implements Serializable {
  private static final long serialVersionUID = 1L;
}
