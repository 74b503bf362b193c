package io.syncnorm.comm;

import io.syncnorm.comm.fold.Fold;
import io.syncnorm.comm.fold.FoldTree;
import io.syncnorm.comm.fold.Part;
import io.syncnorm.comm.fold.Program;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.fold.Round;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/**
 * Folds the messages of one process's ranks with those of other processes. It follows {@linkplain
 * Program programs}, which say what is folded, sent and received.
 *
 * <p>At each exchange another rank of the process may use it, one at a time.
 */
final class TreeExchange {
  private final Processes processes;
  private final Slots slots;
  private final int[] localRanks;
  private final Messages out = new Messages();
  private final Messages in = new Messages();
  private final List<Plan> plans = new ArrayList<>();
  private Plan plan = Plan.NONE;

  /**
   * @param localRanks the ranks of this process, ascending
   */
  TreeExchange(Processes processes, Slots slots, int[] localRanks) {
    this.processes = processes;
    this.slots = slots;
    this.localRanks = localRanks;
  }

  /** The connections to other processes; empty if all ranks live in this one. */
  Optional<Transport> transport() {
    return processes.transport();
  }

  /**
   * What this process does in exchanges of one kind.
   *
   * @param groups for each local rank the ranks that fold with it
   * @param length doubles of a message
   * @param programs one for each group, in the order of ranks
   */
  private record Plan(List<RankGroup> groups, int length, List<Program> programs) {
    static final Plan NONE = new Plan(List.of(), 0, List.of());

    int rounds() {
      int rounds = 0;
      for (Program program : programs) {
        rounds = Math.max(rounds, program.rounds().size());
      }
      return rounds;
    }
  }

  /**
   * Folds the messages that the local ranks have published. Afterwards the result of each group is
   * in the slot of its first rank.
   *
   * @param fold folds its second argument into its first
   * @param meanwhile called while other processes are waited for, as long as it returns true
   */
  void run(
      long exchange,
      long tag,
      Limit limit,
      BiConsumer<double[], double[]> fold,
      BooleanSupplier meanwhile) {
    choosePlan(exchange);
    for (Program program : plan.programs()) {
      fold(program.localFolds(), exchange, fold);
    }
    for (int round = 0; round < plan.rounds(); round++) {
      prepare(round, exchange);
      processes.round(tag, out, in, limit.inRound(round), meanwhile);
      finish(round, exchange, fold);
    }
  }

  /** Fills the messages of a round, which all groups of this process go through together. */
  private void prepare(int number, long exchange) {
    out.clear();
    in.clear();
    long valueBytes = (long) plan.length() * Double.BYTES;
    for (Program program : plan.programs()) {
      if (number < program.rounds().size()) {
        Round round = program.rounds().get(number);
        for (Part part : round.out()) {
          write(part, exchange, out.add(part.peer(), part.nodes().size() * valueBytes));
        }
        for (Part part : round.in()) {
          in.add(part.peer(), part.nodes().size() * valueBytes);
        }
      }
    }
  }

  private void finish(int number, long exchange, BiConsumer<double[], double[]> fold) {
    int message = 0;
    for (Program program : plan.programs()) {
      if (number < program.rounds().size()) {
        Round round = program.rounds().get(number);
        for (Part part : round.in()) {
          read(part, exchange, in.bytes(message++).rewind());
        }
        fold(round.folds(), exchange, fold);
      }
    }
  }

  private void write(Part part, long exchange, ByteBuffer into) {
    for (FoldTree node : part.nodes()) {
      for (double value : slots.message(node.first(), exchange).values) {
        into.putDouble(value);
      }
    }
    into.flip();
  }

  private void read(Part part, long exchange, ByteBuffer from) {
    for (FoldTree node : part.nodes()) {
      double[] values = slots.message(node.first(), exchange).ofLength(plan.length());
      for (int i = 0; i < values.length; i++) {
        values[i] = from.getDouble();
      }
    }
  }

  private void fold(List<Fold> folds, long exchange, BiConsumer<double[], double[]> fold) {
    for (Fold each : folds) {
      fold.accept(
          slots.message(each.into(), exchange).values,
          slots.message(each.other(), exchange).values);
    }
  }

  private void choosePlan(long exchange) {
    if (isFor(plan, exchange)) {
      return;
    }
    for (Plan known : plans) {
      if (isFor(known, exchange)) {
        plan = known;
        return;
      }
    }
    plan = newPlan(exchange);
    plans.add(plan);
  }

  private boolean isFor(Plan candidate, long exchange) {
    if (candidate.groups().size() != localRanks.length
        || candidate.length() != slots.message(localRanks[0], exchange).values.length) {
      return false;
    }
    for (int i = 0; i < localRanks.length; i++) {
      if (!candidate.groups().get(i).equals(slots.message(localRanks[i], exchange).group)) {
        return false;
      }
    }
    return true;
  }

  private Plan newPlan(long exchange) {
    int length = slots.message(localRanks[0], exchange).values.length;
    List<RankGroup> groups =
        IntStream.of(localRanks).mapToObj(rank -> slots.message(rank, exchange).group).toList();
    long bytes = (long) length * Double.BYTES;
    List<Program> programs =
        groups.stream().distinct().map(group -> processes.program(group, bytes)).toList();
    return new Plan(groups, length, programs);
  }

  /**
   * Measures what messages cost, if there is a choice of schedules; to be called once, by one rank
   * of each process at the same exchange, after {@link #run}.
   */
  void measure(long exchange, long tag, Limit limit) {
    List<Integer> choosing = processes.choosing();
    if (choosing.isEmpty()) {
      return;
    }
    int neighbour = processes.self() ^ 1;
    double[] measured =
        neighbour < choosing.size()
            ? new LinkProbe(processes.transport().orElseThrow(), limit).measure(tag, neighbour)
            : new double[] {0, 0, 0};
    for (int rank : localRanks) {
      double[] values = slots.message(rank, exchange).ofLength(measured.length);
      System.arraycopy(measured, 0, values, 0, measured.length);
    }
    run(exchange, tag, limit, LinkProbe::max, Communicator.NOTHING);
    processes.setLinks(LinkProbe.cost(slots.message(0, exchange).values));
    plans.clear();
    plan = Plan.NONE;
  }
}
