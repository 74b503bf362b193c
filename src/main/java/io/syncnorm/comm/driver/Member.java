package io.syncnorm.comm.driver;

import io.syncnorm.comm.fold.RankGroup;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A host of the world, and the process that it lives in.
 *
 * @param block the ranks of the host, which compute one at a time
 * @param process identifies its JVM: ranks of one process meet in shared memory
 * @param host address that the process listens on for other processes of the run
 */
public record Member(RankGroup block, String process, String host, int port) {
  void write(DataOutput out) throws IOException {
    out.writeInt(block.first());
    out.writeInt(block.end());
    out.writeUTF(process);
    out.writeUTF(host);
    out.writeInt(port);
  }

  static Member read(DataInput in) throws IOException {
    int first = in.readInt();
    int end = in.readInt();
    if (first < 0 || end <= first) {
      throw Frames.invalid("first>=0 end>first", "first=" + first + " end=" + end);
    }
    return new Member(new RankGroup(first, end), in.readUTF(), in.readUTF(), in.readInt());
  }
}
