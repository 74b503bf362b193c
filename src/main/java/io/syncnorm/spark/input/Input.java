package io.syncnorm.spark.input;

import io.syncnorm.data.RowFormat;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.types.StructType;

/** Rows without labels that executors read. */
public interface Input {
  /** The format of the rows. */
  RowFormat format();

  /** The columns that are kept beside the predictions. */
  StructType kept();

  /** The rows, read when a task asks for them. They are not meant to leave the task. */
  JavaRDD<InputChunk> chunks(JavaSparkContext spark);

  /** Whether the partitions, one after another, have the rows in their order. */
  boolean isInOrder();

  /** The files or the table, for messages. */
  String description();
}
