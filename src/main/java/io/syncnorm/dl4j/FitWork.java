package io.syncnorm.dl4j;

import io.syncnorm.spark.RankProgram;
import io.syncnorm.spark.RankWork;
import java.io.DataInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;

/**
 * The driver's side of one fit: gathers what the ranks report, and forgets it when they are started
 * again.
 *
 * @param <T> elements of the RDD
 */
final class FitWork<T> implements RankWork<T>, FitReport.Reader {
  private final String description;
  private final JavaRDD<T> partitions;
  private final RankProgram<T> program;
  private final NetworkVectors like;
  private final List<StoredRecord> records = new ArrayList<>();
  private final Map<Integer, Timeline.Events> timelines = new TreeMap<>();
  private FitOutcome outcome;

  /**
   * @param like vectors of the network that is trained
   */
  FitWork(String description, JavaRDD<T> partitions, RankProgram<T> program, NetworkVectors like) {
    this.description = description;
    this.partitions = partitions;
    this.program = program;
    this.like = like;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public JavaRDD<T> partitions() {
    return partitions;
  }

  @Override
  public synchronized RankProgram<T> program() {
    outcome = null;
    records.clear();
    timelines.clear();
    return program;
  }

  @Override
  public int maxReportBytes() {
    return Math.max(
        Math.addExact(1, FitOutcome.encodedLength(like)),
        Math.max(Timeline.MAX_BYTES, StoredRecord.MAX_BYTES) + 1);
  }

  @Override
  public synchronized void reported(int rank, byte[] payload) {
    FitReport.read(rank, payload, this);
  }

  @Override
  public void outcome(DataInput in) throws IOException {
    outcome = FitOutcome.readFrom(in, like);
  }

  @Override
  public void timeline(int rank, DataInput in) throws IOException {
    timelines.put(rank, Timeline.readFrom(in));
  }

  @Override
  public void record(DataInput in) throws IOException {
    records.add(StoredRecord.readFrom(in));
  }

  @Override
  public String progress() {
    return "before the end of the epoch";
  }

  /** What the ranks came to. */
  synchronized FitOutcome outcome() {
    if (outcome == null) {
      throw new IllegalStateException("the ranks ended without a failure and without a model");
    }
    return outcome;
  }

  /** What the ranks' listeners have stored. */
  synchronized List<StoredRecord> records() {
    return List.copyOf(records);
  }

  /** What the ranks did when, by rank; empty where it was not recorded. */
  synchronized Map<Integer, Timeline.Events> timelines() {
    return Map.copyOf(timelines);
  }
}
