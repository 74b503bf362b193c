package io.syncnorm.dl4j;

import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.ranks.RankData;
import io.syncnorm.spark.ranks.RankOpener;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;

/**
 * The data of a fit: the rows to train on, and the reports of its ranks other than the model.
 *
 * @param <T> type of the RDD's elements
 */
final class FitData<T> implements RankData<T> {
  private final RankRows<T> rows;
  private final RankOpener<T> opener;
  private final List<StoredRecord> records = new ArrayList<>();
  private final Map<Integer, CommonSparkTrainingStats> statistics = new TreeMap<>();

  FitData(RankRows<T> rows, RankOpener<T> opener) {
    this.rows = rows;
    this.opener = opener;
  }

  @Override
  public RankRows<T> rows() {
    return rows;
  }

  @Override
  public RankOpener<T> opener() {
    return opener;
  }

  /**
   * Always false: only the rank knows how much its listeners send, so the reports end with the
   * rank.
   */
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
        default -> throw new IOException("unknown kind of report: kind=" + kind);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "rank %d sent an invalid report: %s", rank, e.getMessage()),
          e);
    }
  }

  /** Records stored by the ranks' listeners. */
  List<StoredRecord> records() {
    return List.copyOf(records);
  }

  /** Timelines of the ranks in rank order; empty if they were not recorded. */
  Collection<CommonSparkTrainingStats> statistics() {
    return statistics.values();
  }
}
