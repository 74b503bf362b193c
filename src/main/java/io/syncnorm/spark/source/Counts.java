package io.syncnorm.spark.source;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The numbers that describe the rows of one part.
 *
 * @param rowsByLabel rows of each class, up to the largest label
 * @param nonzeros features other than 0
 * @param isBytes whether every feature is a whole number from 0 to 255, divided by 255 if the rows
 *     are pixels
 * @param isWeighted whether any rows have weights
 * @param fingerprint a hash of all rows in the order of the source, 16 hex digits; how they are
 *     stored, packed and partitioned does not matter
 * @param files SHA-256 of each file, by full path, where it is known
 */
public record Counts(
    long rows,
    long[] rowsByLabel,
    long nonzeros,
    boolean isBytes,
    boolean isWeighted,
    String fingerprint,
    Map<String, String> files)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  public Counts {
    files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
  }
}
