package io.syncnorm.comm;

import io.syncnorm.comm.SimulatedNetwork.Traffic;
import io.syncnorm.comm.SimulatedWorld.Disturbance;
import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.nn.Moments;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Training steps on a simulated cluster: ranks make the exchanges of a step, and let the time of
 * its arithmetic pass.
 */
public final class SimulatedTraining {
  /** Each has a task slot of its own. */
  public static final int RANKS_PER_EXECUTOR = 4;

  /** Rows of a rank's batch. */
  public static final int BATCH = 128;

  /**
   * What an exchange takes within a process: the folds, and passing the result to four ranks. An
   * exchange of 1 KB between two ranks of one process was measured to take 1.5 us.
   */
  public static final double LOCAL_SECONDS = 2e-6;

  /** What loading a mini-batch of MNIST takes. */
  private static final double LOAD_SECONDS = 38e-6;

  private static final int CLASSES = 10;

  /** Of the products of the gradient: what one core of that Xeon reaches. */
  private static final double FLOPS = 137e9;

  /**
   * A network whose hidden layers are normalized.
   *
   * @param hidden features of each hidden layer
   * @param stepSeconds what a step of one rank takes without exchanges
   */
  public record Model(String name, List<Integer> hidden, double stepSeconds) {
    /** The step was measured on one core of a Xeon with AVX-512. */
    public static final Model SMALL = new Model("784-128-64-10", List.of(128, 64), 0.71e-3);

    /**
     * Three products with two operations for each row and each of 10 million parameters are 7.7
     * GFLOP a step. These products alone take 56 ms at 137 GFLOP/s, which the same core reached.
     */
    public static final Model LARGE = new Model("784-3x2048-10", List.of(2048, 2048, 2048), 56e-3);

    int exchanges() {
      return 2 * hidden.size();
    }

    /** Seconds of a step in which a rank works while it waits. */
    double workSeconds() {
      double seconds = 0;
      for (int layer = 0; layer < hidden.size(); layer++) {
        seconds += loadSeconds() + gradientSeconds(layer);
      }
      return seconds;
    }

    /** Loads a part of the next mini-batch, in each exchange of the forward pass. */
    private double loadSeconds() {
      return LOAD_SECONDS / hidden.size();
    }

    /** Computes the gradient of the weights above a layer: two operations for each and each row. */
    private double gradientSeconds(int layer) {
      int above = layer + 1 < hidden.size() ? hidden.get(layer + 1) : CLASSES;
      return 2.0 * BATCH * hidden.get(layer) * above / FLOPS;
    }

    private double computeSeconds() {
      return (stepSeconds - workSeconds()) / exchanges() + LOCAL_SECONDS;
    }
  }

  /**
   * What a step costs on average.
   *
   * @param seconds of the step, exchanges included
   * @param bytes that the busiest executor sends, headers included
   * @param rounds of an exchange
   */
  public record Step(Model model, double seconds, long bytes, long rounds) {
    /** The part of the time in which ranks compute. */
    public double efficiency() {
      return model.stepSeconds() / seconds;
    }
  }

  private SimulatedTraining() {}

  /** Steps without any disturbance. All take the same time, so there is one. */
  public static Step step(int ranks, Model model, LinkCost cost) throws InterruptedException {
    return steps(ranks, model, cost, Disturbance.NONE, 1);
  }

  /**
   * Steps of a disturbed cluster.
   *
   * @param jitter mean seconds that a message takes longer
   * @param slowdown factor on the time that the ranks of one executor compute
   */
  public static Step disturbed(
      int ranks, Model model, LinkCost cost, double jitter, double slowdown, int steps)
      throws InterruptedException {
    return steps(ranks, model, cost, new Disturbance(jitter, 42, 0, slowdown), steps);
  }

  /**
   * Runs a body on every rank of executors that nothing disturbs.
   *
   * @return when the last rank has ended, by the simulated clock
   */
  public static double seconds(int ranks, LinkCost cost, Consumer<Communicator> body)
      throws InterruptedException {
    SimulatedWorld world = world(ranks, cost, Disturbance.NONE);
    return latest(
        world.run(
            rank -> {
              body.accept(rank);
              return rank.seconds();
            }));
  }

  private static SimulatedWorld world(int ranks, LinkCost cost, Disturbance disturbance) {
    return new SimulatedWorld(
        SimulatedWorld.blocks(ranks, ranks / RANKS_PER_EXECUTOR), cost, disturbance);
  }

  private static double latest(List<Double> seconds) {
    return seconds.stream().max(Comparator.naturalOrder()).orElseThrow();
  }

  static Step steps(int ranks, Model model, LinkCost cost, Disturbance disturbance, int steps)
      throws InterruptedException {
    SimulatedWorld world = world(ranks, cost, disturbance);
    double seconds = latest(world.run(rank -> train(rank, model, steps)));
    long bytes = world.traffic().stream().mapToLong(Traffic::bytes).max().orElseThrow();
    long rounds = world.traffic().stream().mapToLong(Traffic::rounds).max().orElseThrow();
    return new Step(model, seconds / steps, bytes / steps, rounds / steps / model.exchanges());
  }

  /** Returns when the rank has done its steps. */
  private static double train(SimulatedCommunicator rank, Model model, int steps) {
    int layers = model.hidden().size();
    for (int step = 0; step < steps; step++) {
      for (int layer = 0; layer < layers; layer++) {
        double[] moments = new double[Moments.packedLength(model.hidden().get(layer))];
        moments[0] = BATCH;
        rank.compute(model.computeSeconds());
        rank.allReduce(
            Tag.of(1, step, layer, Kind.FORWARD), moments, Moments::merge, model.loadSeconds());
      }
      for (int layer = layers - 1; layer >= 0; layer--) {
        double[] sums = new double[2 * model.hidden().get(layer)];
        rank.compute(model.computeSeconds());
        rank.allReduce(
            Tag.of(1, step, layer, Kind.BACKWARD),
            sums,
            Communicator.SUM,
            model.gradientSeconds(layer));
      }
    }
    return rank.seconds();
  }
}
