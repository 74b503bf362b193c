package io.syncnorm.comm.fold;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Every process sends what its own ranks add up to, as few nodes as there are, to all others, and
 * each folds the rest of the tree. One round, {@code P - 1} messages.
 *
 * <p>Of long vectors a process folds one segment only, and sends its result to all others: a
 * reduce-scatter and an all-gather.
 */
final class GatherSchedule extends Schedule {
  GatherSchedule(FoldTree tree, Placement placement) {
    super(tree, placement);
  }

  @Override
  Program wholeProgram(int process) {
    return program(process, peer -> Segment.WHOLE, List.of());
  }

  @Override
  Program segmentedProgram(int process) {
    List<FoldTree> result = List.of(tree);
    Round exchange =
        new Round(
            toOthers(process, peer -> new Part(peer, result, segment(process))),
            toOthers(process, peer -> new Part(peer, result, segment(peer))),
            List.of());
    return program(process, this::segment, List.of(exchange));
  }

  /**
   * @param segments which elements each process folds
   */
  private Program program(int process, IntFunction<Segment> segments, List<Round> distribute) {
    List<FoldTree> own = placement.parts(tree, process);
    if (processes().size() == 1) {
      return new Program(tree, own, List.of(), List.of());
    }
    Round gather =
        new Round(
            toOthers(process, peer -> new Part(peer, own, segments.apply(peer))),
            toOthers(
                process,
                peer -> new Part(peer, placement.parts(tree, peer), segments.apply(process))),
            tree.folds(placement::inOneProcess));
    return new Program(tree, own, List.of(gather), distribute);
  }

  private Segment segment(int process) {
    return new Segment(processes().indexOf(process), processes().size());
  }

  /** Begins with the next process, so that no two send to the same one at the same time. */
  private List<Part> toOthers(int process, IntFunction<Part> part) {
    int count = processes().size();
    int self = processes().indexOf(process);
    return IntStream.range(self + 1, self + count)
        .map(next -> processes().get(next % count))
        .mapToObj(part)
        .toList();
  }
}
