package io.syncnorm.dl4j;

import io.syncnorm.comm.Membership;
import io.syncnorm.train.StepListener;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;
import org.deeplearning4j.spark.stats.BaseEventStats;
import org.deeplearning4j.spark.stats.EventStats;
import org.deeplearning4j.spark.stats.ExampleCountEventStats;

/**
 * When a rank did what, for whoever asks for training statistics. For one thread.
 *
 * <p>At most {@link #MAX_EVENTS} of a kind are kept, so that a report has a largest size.
 */
final class Timeline implements StepListener, RankReport {
  static final int MAX_EVENTS = 1 << 16;

  /** Bytes of the largest {@link #writeTo}: its beginning, and three kinds of events. */
  static final int MAX_BYTES = 20 + 3 * 4 + (1 + 2 * MAX_EVENTS) * 16;

  private final long zeroMillis = System.currentTimeMillis();
  private final long zeroNanos = System.nanoTime();
  private final Recording recording;
  private final Membership membership;
  private final Runnable last;
  private final List<EventStats> opened = new ArrayList<>();
  private final List<EventStats> loads = new ArrayList<>();
  private final List<EventStats> steps = new ArrayList<>();
  private long rowsTrained;

  /** Whether anything is kept. */
  enum Recording {
    ON,
    OFF
  }

  /**
   * @param membership whose driver is sent what was kept, when the rank has trained
   * @param last done after that
   */
  Timeline(Recording recording, Membership membership, Runnable last) {
    this.recording = recording;
    this.membership = membership;
    this.last = last;
  }

  /** The network was set up, since {@code startNanos}. */
  void opened(long startNanos) {
    add(opened, startNanos);
  }

  @Override
  public void loaded(long startNanos, int rows) {
    add(loads, startNanos);
  }

  @Override
  public void stepped(long startNanos, int rows) {
    rowsTrained += rows;
    add(steps, startNanos);
  }

  @Override
  public void trained() {
    if (recording == Recording.ON) {
      membership.driver().report(encoded());
    }
    last.run();
  }

  @Override
  public int kind() {
    return TIMELINE;
  }

  /** Writes all of it, with the rank's time from beginning to now. */
  @Override
  public void writeTo(DataOutput out) throws IOException {
    write(event(zeroNanos), out);
    out.writeInt((int) Math.min(Integer.MAX_VALUE, rowsTrained));
    for (List<EventStats> kind : List.of(opened, loads, steps)) {
      out.writeInt(kind.size());
      for (EventStats event : kind) {
        write(event, out);
      }
    }
  }

  /** Reads what {@link #writeTo} wrote as DL4J's statistics, a rank in the place of a machine. */
  static CommonSparkTrainingStats readFrom(int rank, DataInput in) throws IOException {
    List<EventStats> whole = new ArrayList<>();
    String name = name(rank);
    whole.add(
        new ExampleCountEventStats(name, name, rank, in.readLong(), in.readLong(), in.readInt()));
    return new CommonSparkTrainingStats.Builder()
        .workerFlatMapTotalTimeMs(whole)
        .workerFlatMapGetInitialModelTimeMs(readList(rank, in))
        .workerFlatMapDataSetGetTimesMs(readList(rank, in))
        .workerFlatMapProcessMiniBatchTimesMs(readList(rank, in))
        .build();
  }

  private static List<EventStats> readList(int rank, DataInput in) throws IOException {
    List<EventStats> events = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      events.add(event(rank, in.readLong(), in.readLong()));
    }
    return events;
  }

  private static void write(EventStats event, DataOutput out) throws IOException {
    out.writeLong(event.getStartTime());
    out.writeLong(event.getDurationMs());
  }

  private void add(List<EventStats> events, long startNanos) {
    if (recording == Recording.ON && events.size() < MAX_EVENTS) {
      events.add(event(startNanos));
    }
  }

  private EventStats event(long startNanos) {
    return event(
        membership.communicator().rank(),
        zeroMillis + (startNanos - zeroNanos) / 1_000_000,
        (System.nanoTime() - startNanos) / 1_000_000);
  }

  private static EventStats event(int rank, long startMillis, long durationMillis) {
    return new BaseEventStats(name(rank), name(rank), rank, startMillis, durationMillis);
  }

  private static String name(int rank) {
    return "rank " + rank;
  }
}
