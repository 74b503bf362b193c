package io.syncnorm.spark.source;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import java.io.Serializable;
import java.util.Comparator;

/** The name of a run of consecutive rows, in the order of the source. */
record Run(Part part, String file, long start) implements Comparable<Run>, Serializable {
  private static final long serialVersionUID = 1L;
  private static final Comparator<Run> ORDER =
      Comparator.comparing(Run::part).thenComparing(Run::file).thenComparingLong(Run::start);

  static Run of(RowBlock block) {
    return new Run(block.part(), block.file(), block.start());
  }

  @Override
  public int compareTo(Run other) {
    return ORDER.compare(this, other);
  }
}
