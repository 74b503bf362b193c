package io.syncnorm.spark;

import io.syncnorm.data.Rows;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Rows that were dealt to the ranks and handed to Spark; to be closed when no job needs them.
 *
 * @param ofRanks those of each rank, in rank order
 */
public record SentRows(List<Sent<Rows>> ofRanks) implements AutoCloseable {
  /**
   * @param rows in rank order
   */
  public static SentRows send(JavaSparkContext spark, List<Rows> rows) {
    List<Sent<Rows>> sent = new ArrayList<>();
    try {
      rows.forEach(own -> sent.add(Sent.of(spark, own)));
    } catch (RuntimeException | Error e) { // those of other ranks are of no use
      sent.forEach(Sent::destroy);
      throw e;
    }
    return new SentRows(List.copyOf(sent));
  }

  /** Frees them on the driver and on all executors. */
  @Override
  public void close() {
    ofRanks.forEach(Sent::destroy);
  }
}
