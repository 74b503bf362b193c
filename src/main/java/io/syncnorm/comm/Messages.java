package io.syncnorm.comm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Messages of a round, in buffers that the next round reuses. */
final class Messages {
  private final List<ByteBuffer> buffers = new ArrayList<>();
  private int[] processes = new int[4];
  private int count;

  /** Removes all messages. */
  void clear() {
    count = 0;
  }

  /**
   * Adds a message.
   *
   * @param process the other process
   * @param bytes length of the message
   * @return its buffer, little-endian, from the start to the end of the message
   */
  ByteBuffer add(int process, long bytes) {
    int length = Math.toIntExact(bytes);
    if (count == processes.length) {
      processes = Arrays.copyOf(processes, 2 * count);
    }
    if (count == buffers.size()) {
      buffers.add(allocate(length));
    } else if (buffers.get(count).capacity() < length) {
      buffers.set(count, allocate(length));
    }
    processes[count] = process;
    return buffers.get(count++).clear().limit(length);
  }

  int count() {
    return count;
  }

  /** The process at the other end of a message. */
  int process(int message) {
    return processes[message];
  }

  ByteBuffer bytes(int message) {
    return buffers.get(message);
  }

  private static ByteBuffer allocate(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
