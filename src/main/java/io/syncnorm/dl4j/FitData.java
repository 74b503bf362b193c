package io.syncnorm.dl4j;

import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.ranks.RankData;
import io.syncnorm.spark.ranks.RankOpener;
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
  private final boolean isComplete;
  private final List<StoredRecord> records = new ArrayList<>();
  private final Map<Integer, CommonSparkTrainingStats> statistics = new TreeMap<>();

  /**
   * @param listeners the user's, which ranks call
   * @param recording whether ranks report their timelines
   */
  FitData(
      RankRows<T> rows,
      RankOpener<T> opener,
      RankListeners listeners,
      Timeline.Recording recording) {
    this.rows = rows;
    this.opener = opener;
    this.isComplete = listeners.isEmpty() && recording == Timeline.Recording.OFF;
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
   * False with listeners, hooks or a timeline: they are of the whole fit, and only the rank knows
   * how much it sends.
   */
  @Override
  public boolean isComplete() {
    return isComplete;
  }

  @Override
  public void started() {
    records.clear();
    statistics.clear();
  }

  @Override
  public long maxReportBytes() {
    return 1L + Math.max(Timeline.MAX_BYTES, StoredRecord.MAX_BYTES);
  }

  @Override
  public void reported(int rank, ReportBytes report) {
    try (DataInputStream in = new DataInputStream(report.in())) {
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
