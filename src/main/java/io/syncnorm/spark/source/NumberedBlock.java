package io.syncnorm.spark.source;

import io.syncnorm.data.Rows;
import java.io.Serializable;

/**
 * Consecutive rows of a part.
 *
 * @param first number of the first row in its part
 */
public record NumberedBlock(long first, Rows rows) implements Serializable {
  private static final long serialVersionUID = 1L;
}
