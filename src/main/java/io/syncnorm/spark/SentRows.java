package io.syncnorm.spark;

import io.syncnorm.data.Rows;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Rows that were dealt to the ranks and handed to Spark; to be closed when no job needs them.
 *
 * @param ofRanks one broadcast per rank, in rank order
 */
public record SentRows(List<Broadcast<Rows>> ofRanks) implements AutoCloseable {
  /**
   * @param rows in rank order
   */
  public static SentRows send(JavaSparkContext spark, List<? extends Rows> rows) {
    return new SentRows(rows.stream().map(own -> spark.<Rows>broadcast(own)).toList());
  }

  /** Frees them on the driver and on all executors. */
  @Override
  public void close() {
    ofRanks.forEach(Broadcast::destroy);
  }
}
