package io.syncnorm.dl4j;

import io.syncnorm.comm.DriverLine;
import io.syncnorm.train.StepListener;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * When a rank did what, for whoever asks for training statistics. For one thread.
 *
 * <p>At most {@link #MAX_EVENTS} of a kind are kept, so that a report has a largest size.
 */
final class Timeline implements StepListener {
  static final int MAX_EVENTS = 1 << 16;

  /** Bytes of the largest {@link #writeTo}. */
  static final int MAX_BYTES = (3 * Event.BYTES + 12) + 2 * (4 + Event.BYTES * MAX_EVENTS);

  private final long zeroMillis = System.currentTimeMillis();
  private final long zeroNanos = System.nanoTime();
  private final Recording recording;
  private final DriverLine driver;
  private final List<Event> opened = new ArrayList<>();
  private final List<Event> loads = new ArrayList<>();
  private final List<Event> steps = new ArrayList<>();

  /** Whether anything is kept. */
  enum Recording {
    ON,
    OFF
  }

  /**
   * Something that took time.
   *
   * @param startMillis since 1970
   * @param rows that it dealt with
   */
  record Event(long startMillis, long durationMillis, int rows) {
    static final int BYTES = 20;

    private void writeTo(DataOutput out) throws IOException {
      out.writeLong(startMillis);
      out.writeLong(durationMillis);
      out.writeInt(rows);
    }

    private static Event readFrom(DataInput in) throws IOException {
      return new Event(in.readLong(), in.readLong(), in.readInt());
    }
  }

  /** What was kept, as the driver has it. */
  record Events(Event whole, List<Event> opened, List<Event> loads, List<Event> steps) {}

  /**
   * @param driver is sent what was kept, when the rank has trained
   */
  Timeline(Recording recording, DriverLine driver) {
    this.recording = recording;
    this.driver = driver;
  }

  /** The network was set up, since {@code startNanos}. */
  void opened(long startNanos) {
    add(opened, startNanos, 0);
  }

  @Override
  public void loaded(long startNanos, int rows) {
    add(loads, startNanos, rows);
  }

  @Override
  public void stepped(long startNanos, int rows) {
    add(steps, startNanos, rows);
  }

  @Override
  public void trained() {
    if (recording == Recording.ON) {
      driver.report(FitReport.of(this));
    }
  }

  /** Writes all of it, with the rank's time from beginning to now. */
  void writeTo(DataOutput out) throws IOException {
    long rows = steps.stream().mapToLong(Event::rows).sum();
    event(zeroNanos, (int) Math.min(Integer.MAX_VALUE, rows)).writeTo(out);
    for (List<Event> kind : List.of(opened, loads, steps)) {
      out.writeInt(kind.size());
      for (Event event : kind) {
        event.writeTo(out);
      }
    }
  }

  /** Reads what {@link #writeTo} wrote. */
  static Events readFrom(DataInput in) throws IOException {
    return new Events(Event.readFrom(in), readList(in), readList(in), readList(in));
  }

  private static List<Event> readList(DataInput in) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > MAX_EVENTS) {
      throw new IOException("not a list of events: count=" + count);
    }
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(Event.readFrom(in));
    }
    return events;
  }

  private void add(List<Event> events, long startNanos, int rows) {
    if (recording == Recording.ON && events.size() < MAX_EVENTS) {
      events.add(event(startNanos, rows));
    }
  }

  private Event event(long startNanos, int rows) {
    return new Event(
        zeroMillis + (startNanos - zeroNanos) / 1_000_000,
        (System.nanoTime() - startNanos) / 1_000_000,
        rows);
  }
}
