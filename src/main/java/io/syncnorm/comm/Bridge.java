package io.syncnorm.comm;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * Connects a process to the other processes of the world. At each exchange another rank of the
 * process may use it, one at a time.
 *
 * <p>Small messages are gathered on all processes and folded by each rank, so that additions happen
 * in rank order wherever the ranks run. Vectors are averaged by reduce-scatter and all-gather
 * (Thakur, Rabenseifner and Gropp 2005, "Optimization of collective communication operations in
 * MPICH", section 4.5): each process averages one segment, and every element crosses a connection
 * twice. The segments of the ranks of a process are sent separately and not summed first, again to
 * keep that order.
 */
final class Bridge implements AutoCloseable {
  private final Transport transport;
  private final List<int[]> ranksOfProcess;
  private final float[][] remoteSegments;

  /** Where the block of process {@code self + i} (modulo their number) starts, in bytes. */
  private final int[] offsets;

  /** The messages of all processes, this one's first. */
  private ByteBuffer blocks = ByteBuffer.allocateDirect(0);
  private ByteBuffer outgoing = ByteBuffer.allocateDirect(0);
  private ByteBuffer incoming = ByteBuffer.allocateDirect(0);

  /**
   * @param ranksOfProcess ascending ranks of each process, in the order of the transport
   */
  Bridge(Transport transport, List<int[]> ranksOfProcess, int world) {
    this.transport = transport;
    this.ranksOfProcess = ranksOfProcess;
    this.remoteSegments = new float[world][];
    this.offsets = new int[transport.processes() + 1];
  }

  /**
   * The part of the concatenated vectors that is averaged at a time, so that buffers stay small for
   * vectors of any length.
   */
  record Window(long start, int length) {}

  /**
   * Exchanges the local ranks' messages with all processes, fills in those of remote ranks and
   * publishes them.
   */
  void gather(SharedMemoryWorld world, long exchange, long tag, Limit limit) {
    int self = transport.self();
    int length = world.message(ranksOfProcess.get(self)[0], exchange).length;
    int messageBytes = Math.multiplyExact(length, Double.BYTES);
    for (int i = 0; i < transport.processes(); i++) {
      int blockBytes = Math.multiplyExact(ranks(self + i).length, messageBytes);
      offsets[i + 1] = Math.addExact(offsets[i], blockBytes);
    }
    blocks = ofSize(blocks, offsets[transport.processes()]);
    for (int rank : ranks(self)) {
      double[] values = world.message(rank, exchange).values;
      for (int i = 0; i < length; i++) {
        blocks.putDouble(values[i]);
      }
    }
    gatherBlocks(tag, limit);
    blocks.position(offsets[1]);
    for (int i = 1; i < transport.processes(); i++) {
      for (int rank : ranks(self + i)) {
        Slots.Message message = world.message(rank, exchange);
        double[] values = message.ofLength(length);
        for (int j = 0; j < length; j++) {
          values[j] = blocks.getDouble();
        }
        message.tag = tag;
        world.slot(rank).published = exchange;
      }
    }
  }

  /**
   * Gathers the blocks of all processes on each of them, in {@code ceil(log2(processes))} rounds
   * (Bruck et al. 1997, "Efficient algorithms for all-to-all communications", section 4): in round
   * k a process sends the {@code 2^k} blocks it has to the process {@code 2^k} before it. On entry
   * only this process' block is filled in.
   */
  private void gatherBlocks(long tag, Limit limit) {
    int count = transport.processes();
    int self = transport.self();
    for (int have = 1; have < count; have *= 2) {
      int passing = Math.min(have, count - have);
      transport.transfer(
          tag,
          (self - have + count) % count,
          blocks.duplicate().position(0).limit(offsets[passing]),
          (self + have) % count,
          blocks.duplicate().position(offsets[have]).limit(offsets[have + passing]),
          limit);
    }
  }

  /**
   * Sends each process its segment of a window of the local ranks' vectors, and receives this
   * process' segment, which the local ranks then average.
   */
  void reduceScatter(SharedMemoryWorld world, long exchange, long tag, Window window) {
    int self = transport.self();
    int length = window.length();
    int segment = segmentEnd(length) - segmentStart(length);
    for (int distance = 1; distance < transport.processes(); distance++) {
      int to = (self + distance) % transport.processes();
      int from = (self - distance + transport.processes()) % transport.processes();
      long first = window.start() + start(to, length);
      int count = start(to + 1, length) - start(to, length);
      outgoing = ofSize(outgoing, count * ranks(self).length * Float.BYTES);
      for (int i = 0; i < ranks(self).length; i++) {
        outgoing.position(i * count * Float.BYTES);
        VectorSpan.put(
            world.message(ranks(self)[i], exchange).vectors,
            first,
            first + count,
            outgoing.asFloatBuffer());
      }
      outgoing.rewind();
      incoming = ofSize(incoming, segment * ranks(from).length * Float.BYTES);
      transport.transfer(tag, to, outgoing, from, incoming, world.exchangeLimit());
      incoming.rewind();
      for (int i = 0; i < ranks(from).length; i++) {
        int rank = ranks(from)[i];
        if (remoteSegments[rank] == null || remoteSegments[rank].length < segment) {
          remoteSegments[rank] = new float[segment];
        }
        incoming.position(i * segment * Float.BYTES);
        incoming.asFloatBuffer().get(remoteSegments[rank], 0, segment);
      }
    }
  }

  /**
   * Sends this process' averaged segment to all processes, and copies theirs into the local
   * vectors.
   */
  void allGather(SharedMemoryWorld world, long exchange, long tag, Window window) {
    int self = transport.self();
    int[] local = ranks(self);
    List<float[]> own = world.message(local[0], exchange).vectors;
    int length = window.length();
    outgoing = ofSize(outgoing, (segmentEnd(length) - segmentStart(length)) * Float.BYTES);
    VectorSpan.put(
        own,
        window.start() + segmentStart(length),
        window.start() + segmentEnd(length),
        outgoing.asFloatBuffer());
    for (int distance = 1; distance < transport.processes(); distance++) {
      int to = (self + distance) % transport.processes();
      int from = (self - distance + transport.processes()) % transport.processes();
      long first = window.start() + start(from, length);
      long last = window.start() + start(from + 1, length);
      outgoing.rewind();
      incoming = ofSize(incoming, (int) (last - first) * Float.BYTES);
      transport.transfer(tag, to, outgoing, from, incoming, world.exchangeLimit());
      for (int rank : local) {
        incoming.rewind();
        VectorSpan.get(
            incoming.asFloatBuffer(), world.message(rank, exchange).vectors, first, last);
      }
    }
  }

  /** Start of this process' segment in a window of {@code length} elements. */
  int segmentStart(int length) {
    return start(transport.self(), length);
  }

  /** End of this process' segment in a window of {@code length} elements, exclusive. */
  int segmentEnd(int length) {
    return start(transport.self() + 1, length);
  }

  /** This process' segment of a remote rank's vectors, after {@link #reduceScatter}. */
  float[] remoteSegment(int rank) {
    return remoteSegments[rank];
  }

  /** Makes a blocked exchange check whether a rank has failed. */
  void wakeUp() {
    transport.wakeUp();
  }

  @Override
  public void close() {
    Arrays.fill(remoteSegments, null);
    transport.close();
  }

  private int start(int process, int length) {
    return (int) ((long) length * process / transport.processes());
  }

  private int[] ranks(int process) {
    return ranksOfProcess.get(process % transport.processes());
  }

  /** Returns the cleared buffer limited to {@code bytes}, or a new one if it is too small. */
  private static ByteBuffer ofSize(ByteBuffer buffer, int bytes) {
    ByteBuffer large = buffer.capacity() >= bytes ? buffer : ByteBuffer.allocateDirect(bytes);
    return large.clear().limit(bytes);
  }
}
