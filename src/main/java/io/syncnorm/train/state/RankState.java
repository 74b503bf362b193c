package io.syncnorm.train.state;

import io.syncnorm.data.FloatCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What one rank keeps for itself when the ranks' models are merged: its optimizer.
 *
 * <pre>
 * updates [8] | slot: floats | slot: floats | ...
 * </pre>
 *
 * @param slots state vectors of the optimizer; the record shares them
 * @param updates updates made, Adam's t
 */
public record RankState(List<float[]> slots, long updates) implements Serializable {
  private static final long serialVersionUID = 1L;

  public RankState {
    slots = List.copyOf(slots);
  }

  /** Bytes of the state of a rank whose optimizer has such slots. */
  public static long encodedLength(List<float[]> slots) {
    return Long.BYTES + slots.stream().mapToLong(slot -> (long) Float.BYTES * slot.length).sum();
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeLong(updates);
    for (float[] slot : slots) {
      FloatCodec.write(out, slot);
    }
  }

  /**
   * @param like slots of the same optimizer, which give the lengths
   */
  static RankState readFrom(DataInput in, List<float[]> like) throws IOException {
    long updates = in.readLong();
    List<float[]> slots = new ArrayList<>();
    for (float[] slot : like) {
      slots.add(FloatCodec.read(in, slot.length));
    }
    return new RankState(slots, updates);
  }
}
