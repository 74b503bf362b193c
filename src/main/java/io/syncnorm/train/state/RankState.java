package io.syncnorm.train.state;

import io.syncnorm.data.FloatCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one rank has of its own, beside the merged model: its optimizer if each rank keeps its own
 * and, inside an epoch, its part of the epoch so far.
 *
 * <pre>
 * counter [8] ... | sum [8] ... | slot: floats | slot: floats | ... | statistics: floats
 * </pre>
 *
 * @param counters counts of the trainee; the first is the updates made, Adam's t
 * @param sums sums of the epoch so far; empty between epochs
 * @param slots state vectors of the optimizer; the record shares them. Empty if they are those of
 *     the snapshot
 * @param statistics running statistics; empty if they are those of the snapshot
 */
public record RankState(long[] counters, double[] sums, List<float[]> slots, float[] statistics)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The state of a rank that has nothing of its own. */
  public static final RankState NONE =
      new RankState(new long[0], new double[0], List.of(), new float[0]);

  public RankState {
    slots = List.copyOf(slots);
  }

  /**
   * The lengths of all ranks' states. They follow from the configuration and the position, never
   * from bytes that are read.
   *
   * @param first the first rank with a state: 0 inside an epoch, otherwise 1, because the snapshot
   *     has the optimizer of rank 0
   * @param slots length of each slot
   */
  public record Shape(int first, int counters, int sums, List<Integer> slots, int statistics) {
    /** No rank has a state of its own. */
    public static final Shape NONE = new Shape(0, 0, 0, List.of(), 0);

    public Shape {
      slots = List.copyOf(slots);
    }

    /** Bytes of one state. */
    public long bytes() {
      long floats = slots.stream().mapToLong(Integer::longValue).sum() + statistics;
      return (long) Long.BYTES * (counters + sums) + Float.BYTES * floats;
    }

    /** The number of ranks with a state. */
    public int count(int world) {
      return bytes() == 0 ? 0 : world - first;
    }
  }

  void writeTo(DataOutput out) throws IOException {
    for (long counter : counters) {
      out.writeLong(counter);
    }
    for (double sum : sums) {
      out.writeDouble(sum);
    }
    for (float[] slot : slots) {
      FloatCodec.write(out, slot);
    }
    FloatCodec.write(out, statistics);
  }

  static RankState readFrom(DataInput in, Shape shape) throws IOException {
    long[] counters = new long[shape.counters];
    for (int i = 0; i < counters.length; i++) {
      counters[i] = in.readLong();
    }
    double[] sums = new double[shape.sums];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = in.readDouble();
    }
    List<float[]> slots = new ArrayList<>();
    for (int length : shape.slots) {
      slots.add(FloatCodec.read(in, length));
    }
    return new RankState(counters, sums, slots, FloatCodec.read(in, shape.statistics));
  }
}
