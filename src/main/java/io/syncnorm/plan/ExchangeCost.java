package io.syncnorm.plan;

import io.syncnorm.comm.fold.FoldTree;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.comm.fold.Part;
import io.syncnorm.comm.fold.Placement;
import io.syncnorm.comm.fold.Program;
import io.syncnorm.comm.fold.Round;
import io.syncnorm.comm.fold.Schedule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** What the exchanges of a world cost, in which all groups of ranks exchange at once. */
final class ExchangeCost {
  /** Bytes of the message with a rank's weight, before its vectors. */
  private static final long WEIGHT = Double.BYTES;

  private final LinkCost link;

  /** The schedules that each group chooses from. */
  private final List<List<Schedule>> groups = new ArrayList<>();

  /**
   * @param groupSize ranks of a group; the last one may have fewer
   */
  ExchangeCost(Cluster cluster, int world, int groupSize) {
    this.link = cluster.link(world);
    Placement placement = cluster.placement(world);
    for (int first = 0; first < world; first += groupSize) {
      FoldTree tree = FoldTree.over(first, Math.min(first + groupSize, world));
      groups.add(Schedule.candidates(tree, placement));
    }
  }

  /**
   * Seconds until all groups have folded a message of each rank.
   *
   * @param bytes of a message
   */
  double seconds(long bytes) {
    return slowest(candidates -> link.seconds(link.fastest(candidates, bytes), bytes));
  }

  /**
   * Seconds until all groups have averaged vectors; their weights travel first.
   *
   * @param elements of each rank's vectors; 0 if there are none
   */
  double vectorSeconds(long elements) {
    return elements == 0
        ? 0
        : seconds(WEIGHT) + overChunks(elements, chunk -> chunkSeconds(elements, chunk));
  }

  private double chunkSeconds(long elements, long chunk) {
    return slowest(candidates -> link.vectorSeconds(vectorSchedule(candidates, elements), chunk));
  }

  /** The largest chunk decides for all. */
  private Schedule vectorSchedule(List<Schedule> candidates, long elements) {
    return link.fastestForVectors(candidates, Math.min(Schedule.CHUNK, elements));
  }

  private double slowest(ToDoubleFunction<List<Schedule>> seconds) {
    return groups.stream().mapToDouble(seconds).max().orElseThrow();
  }

  /**
   * Bytes sent by the executor that sends most while messages are folded.
   *
   * @param messages bytes of a rank's message in each exchange
   */
  long bytes(List<Long> messages) {
    Map<Integer, Long> sent = new HashMap<>();
    for (long bytes : messages) {
      for (List<Schedule> candidates : groups) {
        Schedule schedule = link.fastest(candidates, bytes);
        for (int executor : schedule.processes()) {
          List<Round> rounds = schedule.program(executor).rounds();
          sent.merge(executor, sent(rounds, part -> part.nodes().size() * bytes), Long::sum);
        }
      }
    }
    return most(sent);
  }

  /**
   * Bytes sent by the executor that sends most while vectors are averaged.
   *
   * @param elements of each rank's vectors; 0 if there are none
   */
  long vectorBytes(long elements) {
    return elements == 0
        ? 0
        : bytes(List.of(WEIGHT))
            + (long) overChunks(elements, chunk -> chunkBytes(elements, chunk));
  }

  private long chunkBytes(long elements, long chunk) {
    Map<Integer, Long> sent = new HashMap<>();
    for (List<Schedule> candidates : groups) {
      Schedule schedule = vectorSchedule(candidates, elements);
      for (int executor : schedule.processes()) {
        Program program = schedule.vectorProgram(executor);
        long bytes =
            sent(program.reduce(), part -> part.sumBytes(chunk))
                + sent(program.distribute(), part -> part.meanBytes(chunk));
        sent.merge(executor, bytes, Long::sum);
      }
    }
    return most(sent);
  }

  private static long sent(List<Round> rounds, ToLongFunction<Part> payload) {
    return rounds.stream()
        .flatMap(round -> round.out().stream())
        .mapToLong(part -> LinkCost.HEADER_BYTES + payload.applyAsLong(part))
        .sum();
  }

  private static long most(Map<Integer, Long> sent) {
    return sent.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  private static double overChunks(long elements, LongToDoubleFunction cost) {
    long whole = elements / Schedule.CHUNK;
    long rest = elements % Schedule.CHUNK;
    return (whole == 0 ? 0 : whole * cost.applyAsDouble(Schedule.CHUNK))
        + (rest == 0 ? 0 : cost.applyAsDouble(rest));
  }
}
