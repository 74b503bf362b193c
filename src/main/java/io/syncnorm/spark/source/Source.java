package io.syncnorm.spark.source;

import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.Packet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Labelled rows that executors read. The driver knows only their format, from headers, schemas and
 * names.
 */
public interface Source {
  /** The limit that keeps every row. */
  long NO_LIMIT = Long.MAX_VALUE;

  /** The format of the rows. */
  RowFormat format();

  /**
   * The rows, read when a task asks for them. Tasks check them: labels are class indices, features
   * and weights are finite. An iterator throws a {@link io.syncnorm.data.DataException} for a row
   * that is invalid.
   */
  JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext spark);

  /**
   * How the rows are stored, for people: columns by their role, or shape and type of the values.
   */
  default String schema() {
    return format().size();
  }

  /** The files or the table that the rows are read from, for messages and for Spark's UI. */
  String description();

  /** The number of rows that are used, from the first in the order of the source. */
  default long limit() {
    return NO_LIMIT;
  }

  /** Bytes of all rows, packed, if they are known before the rows are read. */
  default OptionalLong packedBytes() {
    return OptionalLong.empty();
  }

  /**
   * Where a task of {@link #blocks} puts the SHA-256 of each file that it has read byte by byte, by
   * full path, before its blocks end. Each task has its own copy of this map; on the driver it
   * stays empty, as it does everywhere if Spark's readers open the files.
   */
  default ConcurrentHashMap<String, String> hashes() {
    return new ConcurrentHashMap<>();
  }

  /** Names of the classes, if labels are text or the label's metadata has names. */
  default Optional<List<String>> classNames() {
    return Optional.empty();
  }
}
