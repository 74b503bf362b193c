package io.syncnorm.dl4j;

import io.syncnorm.comm.Membership;
import io.syncnorm.train.telemetry.StepListener;
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
 * Records what a rank did and when, for DL4J's training statistics. Not thread-safe.
 *
 * <p>At most {@link #MAX_EVENTS} events of each kind are kept, which limits the size of a report.
 */
final class Timeline implements StepListener, RankReport {
  static final int MAX_EVENTS = 1 << 16;

  /**
   * Size in bytes of the largest report written by {@link #writeTo}: a header and three lists of
   * events.
   */
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

  /** Whether events are recorded. */
  enum Recording {
    ON,
    OFF
  }

  /**
   * Creates a timeline.
   *
   * @param membership sends the timeline to the driver when the rank has trained
   * @param last runs after that
   */
  Timeline(Recording recording, Membership membership, Runnable last) {
    this.recording = recording;
    this.membership = membership;
    this.last = last;
  }

  /** Records that the network was set up between {@code startNanos} and now. */
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
      membership.report(encoded());
    }
    last.run();
  }

  @Override
  public int kind() {
    return TIMELINE;
  }

  /** Writes all events, with the rank's total time until now. */
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

  /**
   * Reads events written by {@link #writeTo} as DL4J's statistics, with a rank in the place of a
   * machine.
   */
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
