package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.Shape;
import io.syncnorm.plan.Cluster;
import io.syncnorm.plan.MeasuredSteps;
import io.syncnorm.plan.PlanResult;
import io.syncnorm.plan.ScalingPlan;
import io.syncnorm.plan.StepMeasurement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Compares plans with trainings: a network is trained by 2, 4 and 8 processes of this machine, of
 * one rank each, which exchange over loopback; and planned for as many executors, from a step
 * measured in this process and the network measured between two processes. Both alternate, because
 * the speed of a machine drifts; figures are medians. They hold only if other programs take hardly
 * any of the cores' time, which is printed too.
 *
 * <pre>
 * java -cp ... io.syncnorm.benchmark.PlanBenchmark [rounds, by default 3]
 * </pre>
 */
public final class PlanBenchmark {
  private static final List<Integer> PROCESSES = List.of(2, 4, 8);

  /**
   * A network.
   *
   * @param steps of an epoch
   * @param epochs the last quarter counts: until then the compilers of all processes take cores
   */
  private record Network(String hidden, int steps, int epochs) {
    Configuration configuration() {
      return ConfigLoader.load(
          List.of(),
          List.of(
              "data.classes=10",
              "model.hidden=" + hidden,
              "model.batch-norm.recalibrate=0",
              "training.epochs=" + epochs));
    }

    Shape rows(int ranks) {
      long ofRank = (long) steps * PlanProcess.BATCH;
      return Shape.dense(PlanProcess.INPUTS, Shape.Kind.PIXELS, false, ranks * ofRank);
    }
  }

  private static final List<Network> NETWORKS =
      List.of(new Network("[128,64]", 60, 160), new Network("[1024,1024]", 10, 30));

  /** Medians of a number of processes. */
  private record Comparison(double planned, double measured) {
    double ratio() {
      return planned / measured;
    }
  }

  private PlanBenchmark() {}

  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    int rounds = args.length == 0 ? 3 : Integer.parseInt(args[0]);
    for (Network network : NETWORKS) {
      print(network, rounds);
    }
  }

  private static void print(Network network, int rounds) throws Exception {
    List<LinkCost> links = new ArrayList<>();
    List<List<PlanResult.World>> plans = new ArrayList<>();
    List<List<PlanProcess.Times>> trainings = new ArrayList<>();
    OthersLoad others = OthersLoad.start();
    for (int round = 0; round < rounds; round++) {
      LinkCost ofTwo = PlanProcess.probe(network.configuration());
      // The two share this machine, so it can do twice as much.
      LinkCost link = new LinkCost(ofTwo.latency(), ofTwo.overhead(), 2 * ofTwo.bytesPerSecond());
      links.add(link);
      List<PlanResult.World> plan = new ArrayList<>();
      List<PlanProcess.Times> training = new ArrayList<>();
      for (int processes : PROCESSES) {
        plan.add(plan(network, processes, link));
        training.add(PlanProcess.train(network.configuration(), processes, network.steps()));
      }
      plans.add(plan);
      trainings.add(training);
    }
    System.out.printf(
        Locale.ROOT,
        "784-%s-10, batch %d, %d cores; network %.1f us, %.1f us of work, %.1f Gb/s%n",
        network.hidden(),
        PlanProcess.BATCH,
        Runtime.getRuntime().availableProcessors(),
        1e6 * median(links, LinkCost::latency),
        1e6 * median(links, LinkCost::overhead),
        8e-9 * median(links, LinkCost::bytesPerSecond));
    System.out.printf(
        Locale.ROOT, "other programs took %.0f %% of the cores' time%n", 100 * others.share());
    for (int i = 0; i < PROCESSES.size(); i++) {
      int at = i;
      List<PlanResult.World> planned = plans.stream().map(each -> each.get(at)).toList();
      List<PlanProcess.Times> measured = trainings.stream().map(each -> each.get(at)).toList();
      print(
          PROCESSES.get(i) + " processes, a step",
          new Comparison(
              median(planned, PlanResult.World::stepSeconds),
              median(measured, PlanProcess.Times::stepSeconds)));
      print(
          PROCESSES.get(i) + " processes, a merge",
          new Comparison(
              median(planned, PlanResult.World::mergeSeconds),
              median(measured, PlanProcess.Times::mergeSeconds)));
      System.out.printf(
          Locale.ROOT,
          "  planned exchange %.3f ms; measured compute %.3f, exchange %.3f, wait %.3f ms%n",
          1e3 * median(planned, PlanResult.World::exchangeSeconds),
          1e3 * median(measured, PlanProcess.Times::computeSeconds),
          1e3 * median(measured, PlanProcess.Times::exchangeSeconds),
          1e3 * median(measured, PlanProcess.Times::waitSeconds));
    }
  }

  private static PlanResult.World plan(Network network, int processes, LinkCost link) {
    int cores = Runtime.getRuntime().availableProcessors();
    Cluster cluster = new Cluster(1, processes, cores, link);
    Shape rows = network.rows(processes);
    List<Integer> worlds = List.of(processes);
    MeasuredSteps steps =
        StepMeasurement.measure(network.configuration(), rows, cluster, worlds, "this machine");
    return new ScalingPlan(network.configuration(), rows, cluster, steps)
        .result(worlds, "")
        .worlds()
        .get(0);
  }

  private static void print(String what, Comparison comparison) {
    System.out.printf(
        Locale.ROOT,
        "%-22s planned %8.3f ms, measured %8.3f ms, ratio %.3f%n",
        what,
        1e3 * comparison.planned(),
        1e3 * comparison.measured(),
        comparison.ratio());
  }

  static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
    double[] sorted = values.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
