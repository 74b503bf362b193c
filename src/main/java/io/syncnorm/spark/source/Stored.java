package io.syncnorm.spark.source;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;

/** What Spark keeps of a partition: its blocks, then their counts. */
sealed interface Stored extends Serializable {
  /** Rows, as they were read. */
  record Block(RowBlock rows) implements Stored {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The end of a partition.
   *
   * @param part the part of the partition's source
   * @param runs counts of all rows before, by their run
   * @param files SHA-256 of the files that were read to their end, by full path
   * @param faultMessage what is wrong with the row after the last one; empty if nothing is
   * @param faultRun the run of the row before the fault
   */
  record End(
      Part part,
      Map<Run, RunCounts> runs,
      Map<String, String> files,
      String faultMessage,
      Run faultRun)
      implements Stored {
    private static final long serialVersionUID = 1L;

    Optional<String> fault() {
      return faultMessage.isEmpty() ? Optional.empty() : Optional.of(faultMessage);
    }
  }
}
