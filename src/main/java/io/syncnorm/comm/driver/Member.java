package io.syncnorm.comm.driver;

import io.syncnorm.comm.fold.RankGroup;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A rank and the process that runs it.
 *
 * @param block the ranks of its host, which compute one at a time
 * @param process identifies its JVM: ranks of one process meet in shared memory
 * @param host address that the process listens on for other processes of the run
 */
public record Member(int rank, RankGroup block, String process, String host, int port) {
  void write(DataOutput out) throws IOException {
    out.writeInt(rank);
    out.writeInt(block.first());
    out.writeInt(block.end());
    out.writeUTF(process);
    out.writeUTF(host);
    out.writeInt(port);
  }

  static Member read(DataInput in) throws IOException {
    return new Member(
        in.readInt(),
        new RankGroup(in.readInt(), in.readInt()),
        in.readUTF(),
        in.readUTF(),
        in.readInt());
  }
}
