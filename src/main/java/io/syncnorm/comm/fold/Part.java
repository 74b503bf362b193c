package io.syncnorm.comm.fold;

import java.util.List;

/**
 * A message between two processes: a segment of the values of some nodes, one after the other.
 *
 * @param peer index of the other process
 * @param nodes whose values travel
 * @param segment which elements of each
 */
public record Part(int peer, List<FoldTree> nodes, Segment segment) {
  public Part {
    nodes = List.copyOf(nodes);
  }

  /**
   * Bytes of the payload when vectors are summed. A rank's vector travels as its share of the
   * weight, a double, and the floats that it consists of; a sum of several as doubles.
   *
   * @param elements of the whole vectors
   */
  public long sumBytes(long elements) {
    long length = segment.length(elements);
    return nodes.stream()
        .mapToLong(
            node -> node.size() == 1 ? Double.BYTES + Float.BYTES * length : Double.BYTES * length)
        .sum();
  }

  /**
   * Bytes of the payload when means of vectors are distributed, which are floats.
   *
   * @param elements of the whole vectors
   */
  public long meanBytes(long elements) {
    return (long) nodes.size() * Float.BYTES * segment.length(elements);
  }
}
