package io.syncnorm.comm.fold;

import java.util.List;

/**
 * What a process sends and receives at once, and what it folds after that.
 *
 * @param out messages to other processes, at most one to each
 * @param in messages from other processes, at most one from each
 * @param folds in this order, on the elements of {@link #folded}
 */
public record Round(List<Part> out, List<Part> in, List<Fold> folds) {
  /** A round of other processes, in which this one has nothing to do. */
  static final Round IDLE = new Round(List.of(), List.of(), List.of());

  /**
   * @throws IllegalArgumentException if values are folded of which different segments arrive
   */
  public Round {
    out = List.copyOf(out);
    in = List.copyOf(in);
    folds = List.copyOf(folds);
    if (!folds.isEmpty() && in.stream().map(Part::segment).distinct().count() != 1) {
      throw new IllegalArgumentException("folds need one segment: in=" + in);
    }
  }

  /** The elements that are folded, which are those that arrive. */
  public Segment folded() {
    return in.isEmpty() ? Segment.WHOLE : in.get(0).segment();
  }
}
