package io.syncnorm.spark.source;

import io.syncnorm.data.Rows;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/** Counts of consecutive rows, added up while they are read. */
final class RunCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  private long rows;
  private long[] rowsByLabel = {};
  private long nonzeros;
  private boolean isBytes = true;
  private boolean isWeighted;
  private boolean hasWeight;
  private long fingerprint;

  void add(Rows block, RowHasher hasher) {
    for (int row = 0; row < block.count(); row++) {
      int label = block.label(row);
      if (label >= rowsByLabel.length) {
        rowsByLabel = Arrays.copyOf(rowsByLabel, label + 1);
      }
      rowsByLabel[label]++;
      hasWeight |= block.weight(row) > 0;
      fingerprint = Fingerprint.append(fingerprint, hasher.hash(block, row));
    }
    rows += block.count();
    nonzeros += hasher.takeNonzeros();
    isBytes &= hasher.areBytes();
    isWeighted |= block.isWeighted();
  }

  /** Adds the rows that follow. */
  void append(RunCounts next) {
    if (next.rowsByLabel.length > rowsByLabel.length) {
      rowsByLabel = Arrays.copyOf(rowsByLabel, next.rowsByLabel.length);
    }
    for (int label = 0; label < next.rowsByLabel.length; label++) {
      rowsByLabel[label] += next.rowsByLabel[label];
    }
    fingerprint = Fingerprint.join(fingerprint, next.fingerprint, next.rows);
    rows += next.rows;
    nonzeros += next.nonzeros;
    isBytes &= next.isBytes;
    isWeighted |= next.isWeighted;
    hasWeight |= next.hasWeight;
  }

  /** Whether these are the same rows, as far as a hash can tell. */
  boolean hasSameRows(RunCounts other) {
    return rows == other.rows && fingerprint == other.fingerprint;
  }

  String describe() {
    return String.format(
        Locale.ROOT, "%d rows with fingerprint %s", rows, Fingerprint.text(fingerprint, rows));
  }

  long rows() {
    return rows;
  }

  /** Whether any row has a weight above 0. */
  boolean hasWeight() {
    return hasWeight;
  }

  /** Read only. */
  long[] rowsByLabel() {
    return rowsByLabel;
  }

  Counts toCounts(Map<String, String> files) {
    return new Counts(
        rows,
        rowsByLabel.clone(),
        nonzeros,
        isBytes,
        isWeighted,
        Fingerprint.text(fingerprint, rows),
        files);
  }
}
