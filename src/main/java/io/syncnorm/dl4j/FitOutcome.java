package io.syncnorm.dl4j;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What a fit comes home with: what it came to, and the merged network. */
record FitOutcome(EpochLoop.Outcome epoch, NetworkVectors vectors) {

  /** Bytes that {@link #writeTo} writes. */
  static int encodedLength(NetworkVectors vectors) {
    return Math.addExact(4 + 8 + 8, vectors.encodedLength());
  }

  /**
   * Writes it as plain numbers.
   *
   * <pre>
   * steps [4] rows [8] loss [8] | parameters | updater state
   * </pre>
   */
  void writeTo(DataOutput out) throws IOException {
    out.writeInt(epoch.steps());
    out.writeLong(epoch.rows());
    out.writeDouble(epoch.meanLoss());
    vectors.writeTo(out);
  }

  static FitOutcome readFrom(DataInput in, NetworkVectors like) throws IOException {
    return new FitOutcome(
        new EpochLoop.Outcome(in.readInt(), in.readLong(), in.readDouble()),
        NetworkVectors.readFrom(in, like));
  }
}
