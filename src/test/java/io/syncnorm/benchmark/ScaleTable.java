package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.SimulatedTraining;
import io.syncnorm.comm.SimulatedTraining.Model;
import io.syncnorm.comm.SimulatedTraining.Step;
import io.syncnorm.comm.fold.LinkCost;
import java.util.List;
import java.util.Locale;

/**
 * Prints what training steps cost on clusters of up to 1,024 ranks, by simulation: the exchanges
 * are real, times are computed. Tables are in Markdown.
 */
public final class ScaleTable {
  private static final List<Integer> RANKS = List.of(16, 64, 256, 1024);
  private static final List<Integer> GIGABITS = List.of(10, 25, 100);
  private static final double JITTER = 10e-6;
  private static final double SLOWDOWN = 1.2;
  private static final int DISTURBED_STEPS = 10;

  /** Simulates a step on a network. */
  @FunctionalInterface
  private interface Simulation {
    Step run(int ranks, Model model, LinkCost cost) throws InterruptedException;
  }

  private ScaleTable() {}

  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    System.out.printf(
        Locale.ROOT,
        "Assumptions: %d ranks an executor, each with a core of its own; batch %d a rank; a message"
            + " takes %.0f us, of which sending and receiving it is %.0f us of work, and its bytes"
            + " at the bandwidth of the executor; nothing else is on the network; an exchange takes"
            + " %.0f us within an executor. Efficiency is the time of a step without exchanges"
            + " divided by that with them.%n",
        SimulatedTraining.RANKS_PER_EXECUTOR,
        SimulatedTraining.BATCH,
        1e6 * (LinkCost.TYPICAL.latency() + LinkCost.TYPICAL.overhead()),
        1e6 * LinkCost.TYPICAL.overhead(),
        1e6 * SimulatedTraining.LOCAL_SECONDS);
    for (Model model : List.of(Model.SMALL, Model.LARGE)) {
      print(model, "undisturbed", SimulatedTraining::step);
      print(
          model,
          String.format(
              Locale.ROOT,
              "messages take %.0f us longer on average (exponentially distributed), one executor"
                  + " computes %.1f times as long",
              1e6 * JITTER,
              SLOWDOWN),
          (ranks, simulated, cost) ->
              SimulatedTraining.disturbed(
                  ranks, simulated, cost, JITTER, SLOWDOWN, DISTURBED_STEPS));
    }
  }

  private static void print(Model model, String conditions, Simulation simulation)
      throws InterruptedException {
    System.out.printf(
        Locale.ROOT,
        "%n%s, a step of one rank %.2f ms, %s:%n%n",
        model.name(),
        1e3 * model.stepSeconds(),
        conditions);
    StringBuilder head =
        new StringBuilder("| ranks | executors | rounds an exchange | KB a step |");
    StringBuilder line = new StringBuilder("|---|---|---|---|");
    for (int gigabits : GIGABITS) {
      head.append(String.format(Locale.ROOT, " %d Gb/s |", gigabits));
      line.append("---|");
    }
    System.out.println(head);
    System.out.println(line);
    for (int ranks : RANKS) {
      System.out.println(row(ranks, model, simulation));
    }
  }

  private static LinkCost network(int gigabits) {
    return new LinkCost(
        LinkCost.TYPICAL.latency(), LinkCost.TYPICAL.overhead(), gigabits * 1e9 / 8);
  }

  private static String row(int ranks, Model model, Simulation simulation)
      throws InterruptedException {
    StringBuilder row = new StringBuilder();
    for (int gigabits : GIGABITS) {
      Step step = simulation.run(ranks, model, network(gigabits));
      if (row.length() == 0) {
        row.append(
            String.format(
                Locale.ROOT,
                "| %,d | %d | %d | %.1f |",
                ranks,
                ranks / SimulatedTraining.RANKS_PER_EXECUTOR,
                step.rounds(),
                1e-3 * step.bytes()));
      }
      row.append(
          String.format(
              Locale.ROOT, " %.2f ms, %.1f %% |", 1e3 * step.seconds(), 100 * step.efficiency()));
    }
    return row.toString();
  }
}
