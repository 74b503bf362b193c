package io.syncnorm.experiment;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.source.NumberedBlock;
import org.apache.spark.api.java.JavaRDD;

/**
 * The rows of a run, held until closed.
 *
 * @param release ends the hold
 */
record RunData(LoadedData loaded, Runnable release) implements AutoCloseable {
  RowFormat format() {
    return loaded.packed().format();
  }

  /** The rows of a part as they were read. */
  JavaRDD<NumberedBlock> blocks(Part part) {
    return loaded.packed().numbered(part);
  }

  @Override
  public void close() {
    release.run();
  }
}
