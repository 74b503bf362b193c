package io.syncnorm.dl4j;

import io.syncnorm.spark.RankData;
import io.syncnorm.spark.RankOpener;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;

/**
 * What a fit trains on, and what its ranks report besides the model.
 *
 * @param <T> elements of the RDD
 */
final class FitData<T> implements RankData<T>, FitReport.Reader {
  private final JavaRDD<T> partitions;
  private final RankOpener<T> opener;
  private final List<StoredRecord> records = new ArrayList<>();
  private final Map<Integer, Timeline.Events> timelines = new TreeMap<>();

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

  @Override
  public void started() {
    records.clear();
    timelines.clear();
  }

  @Override
  public int maxReportBytes() {
    return Math.max(Timeline.MAX_BYTES, StoredRecord.MAX_BYTES) + 1;
  }

  @Override
  public void reported(int rank, byte[] payload) {
    FitReport.read(rank, payload, this);
  }

  @Override
  public void timeline(int rank, DataInput in) throws IOException {
    timelines.put(rank, Timeline.readFrom(in));
  }

  @Override
  public void record(DataInput in) throws IOException {
    records.add(StoredRecord.readFrom(in));
  }

  /** What the ranks' listeners have stored. */
  List<StoredRecord> records() {
    return List.copyOf(records);
  }

  /** What the ranks did when, by rank; empty where it was not recorded. */
  Map<Integer, Timeline.Events> timelines() {
    return Map.copyOf(timelines);
  }
}
