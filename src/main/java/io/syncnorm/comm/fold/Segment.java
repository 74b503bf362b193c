package io.syncnorm.comm.fold;

import java.util.Locale;

/**
 * One of {@code count} parts of a message of any length: of {@code n} elements those from {@code
 * floor(index*n / count)} to {@code floor((index+1)*n / count)}. It may be empty if the message has
 * fewer elements than parts.
 *
 * @param index which part, from 0
 */
public record Segment(int index, int count) {
  /** All elements. */
  public static final Segment WHOLE = new Segment(0, 1);

  /**
   * @throws IllegalArgumentException if there is no such part
   */
  public Segment {
    if (index < 0 || index >= count) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "no such segment: index=%d count=%d", index, count));
    }
  }

  Segment lowerHalf() {
    return new Segment(2 * index, 2 * count);
  }

  Segment upperHalf() {
    return new Segment(2 * index + 1, 2 * count);
  }

  /** The other half of the segment that this one is a half of. */
  Segment sibling() {
    return new Segment(index ^ 1, count);
  }

  /** The first element of a message of {@code elements}. */
  public long start(long elements) {
    return index * elements / count;
  }

  /** One above the last element. */
  public long end(long elements) {
    return (index + 1) * elements / count;
  }

  /** Number of elements. */
  public long length(long elements) {
    return end(elements) - start(elements);
  }
}
