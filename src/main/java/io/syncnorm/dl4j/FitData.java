package io.syncnorm.dl4j;

import io.syncnorm.spark.RankData;
import io.syncnorm.spark.RankOpener;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;

/**
 * What a fit trains on, and what its ranks report besides the model.
 *
 * @param <T> elements of the RDD
 */
final class FitData<T> implements RankData<T> {
  private final JavaRDD<T> partitions;
  private final RankOpener<T> opener;
  private final List<StoredRecord> records = new ArrayList<>();
  private final Map<Integer, CommonSparkTrainingStats> statistics = new TreeMap<>();

  FitData(JavaRDD<T> partitions, RankOpener<T> opener) {
    this.partitions = partitions;
    this.opener = opener;
  }

  @Override
  public JavaRDD<T> partitions() {
    return partitions;
  }

  @Override
  public RankOpener<T> opener() {
    return opener;
  }

  /** No one but the rank knows how much its listeners have to send: it ends when the rank does. */
  @Override
  public boolean isComplete() {
    return false;
  }

  @Override
  public void started() {
    records.clear();
    statistics.clear();
  }

  @Override
  public int maxReportBytes() {
    return Math.max(Timeline.MAX_BYTES, StoredRecord.MAX_BYTES) + 1;
  }

  @Override
  public void reported(int rank, byte[] payload) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(payload))) {
      int kind = in.read();
      switch (kind) {
        case RankReport.TIMELINE -> statistics.put(rank, Timeline.readFrom(rank, in));
        case RankReport.RECORD -> records.add(StoredRecord.readFrom(in));
        default -> throw new IOException("no kind of report: kind=" + kind);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "rank %d sent what is no report of a fit: %s", rank, e.getMessage()),
          e);
    }
  }

  /** What the ranks' listeners have stored. */
  List<StoredRecord> records() {
    return List.copyOf(records);
  }

  /** What the ranks did when, in their order; empty where it was not recorded. */
  Collection<CommonSparkTrainingStats> statistics() {
    return statistics.values();
  }
}
