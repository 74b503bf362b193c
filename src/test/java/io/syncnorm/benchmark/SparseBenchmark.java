package io.syncnorm.benchmark;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.SharedMemoryWorld;
import io.syncnorm.comm.Tag;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import io.syncnorm.nn.optimizer.Adam;
import io.syncnorm.nn.optimizer.Optimizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Prints where the time of a step on wide sparse rows goes: two ranks in one JVM train a network
 * with a million inputs and a hidden layer of 16, and merge after each epoch.
 */
public final class SparseBenchmark {
  private static final int INPUTS = 1_000_000;
  private static final int VALUES = 50;
  private static final int BATCH = 128;
  private static final int RANKS = 2;
  private static final int STEPS = 79; // an epoch of 20,000 rows
  private static final int EPOCHS = 3;
  private static final Architecture ARCHITECTURE =
      Architecture.perceptron(
          INPUTS,
          List.of(16),
          2,
          Activation.RELU,
          Optional.of(new Layer.BatchNormalization(0.9, 1e-3)));

  private SparseBenchmark() {}

  public static void main(String[] args) throws Exception {
    SharedMemoryWorld world = new SharedMemoryWorld(RANKS, Duration.ofMinutes(1));
    ExecutorService threads = Executors.newFixedThreadPool(RANKS);
    try {
      List<Future<?>> ranks = new ArrayList<>();
      for (int rank = 0; rank < RANKS; rank++) {
        Communicator end = world.communicator(rank);
        ranks.add(threads.submit(() -> new Rank(end).run()));
      }
      for (Future<?> rank : ranks) {
        rank.get();
      }
    } finally {
      threads.shutdownNow();
    }
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT, "heap=%d MB%n", (runtime.totalMemory() - runtime.freeMemory()) >> 20);
  }

  /** One rank with its buffers. */
  private static final class Rank {
    private final Communicator end;
    private final NetworkState state = NetworkState.initial(ARCHITECTURE, 1);
    private final Optimizer adam =
        new Adam.Rule(1e-3, 0.9, 0.999, 1e-7).optimizer(state.parameters().length);
    private final float[] gradient = new float[state.parameters().length];
    private final Network network;
    private final int[] labels = new int[BATCH];
    private final int[] rowStarts = new int[BATCH + 1];
    private final int[] columns = new int[BATCH * VALUES];
    private final float[] values = new float[BATCH * VALUES];
    private final MiniBatch batch;
    private final Random random;
    private int epoch;
    private int step;

    /** Seconds of forward and backward pass, update, and merge. */
    private final double[] seconds = new double[4];

    private long last;

    Rank(Communicator end) {
      this.end = end;
      this.random = new Random(end.rank());
      this.network =
          new Network(
              ARCHITECTURE,
              BATCH,
              (layer, direction, sums, fold, meanwhile) -> {
                end.allReduce(Tag.of(epoch, step, layer, kind(direction)), sums, fold);
                meanwhile.run();
              });
      float[] weights = new float[BATCH];
      Arrays.fill(weights, 1f);
      this.batch = MiniBatch.sparse(labels, weights);
    }

    void run() {
      for (epoch = 1; epoch <= EPOCHS; epoch++) {
        Arrays.fill(seconds, 0);
        for (step = 0; step < STEPS; step++) {
          loadRandomRows();
          last = System.nanoTime();
          network.forward(state, batch);
          add(0);
          network.backward(state, batch, gradient);
          add(1);
          adam.update(state.parameters(), gradient, 1f / BATCH);
          network.clear(batch, gradient);
          add(2);
        }
        end.weightedMean(Tag.of(epoch, step, 0, Tag.Kind.AVERAGING), learned(), 1);
        add(3);
        print();
      }
    }

    private List<float[]> learned() {
      return List.of(state.parameters(), adam.slots().get(0), adam.slots().get(1));
    }

    private void loadRandomRows() {
      for (int row = 0; row < BATCH; row++) {
        labels[row] = random.nextInt(2);
        for (int k = row * VALUES; k < (row + 1) * VALUES; k++) {
          columns[k] = random.nextInt(INPUTS);
          values[k] = random.nextFloat();
        }
        rowStarts[row + 1] = (row + 1) * VALUES;
      }
      batch.showSparse(rowStarts, columns, values, BATCH);
    }

    private void add(int part) {
      long now = System.nanoTime();
      seconds[part] += 1e-9 * (now - last);
      last = now;
    }

    private void print() {
      if (end.rank() == 0) {
        System.out.printf(
            Locale.ROOT,
            "epoch %d: a step %.1f ms (forward %.2f, backward %.2f, update %.1f), merge %.0f ms%n",
            epoch,
            1e3 * (seconds[0] + seconds[1] + seconds[2]) / STEPS,
            1e3 * seconds[0] / STEPS,
            1e3 * seconds[1] / STEPS,
            1e3 * seconds[2] / STEPS,
            1e3 * seconds[3]);
      }
    }

    private static Tag.Kind kind(RankReduction.Direction direction) {
      return switch (direction) {
        case FORWARD -> Tag.Kind.FORWARD;
        case BACKWARD -> Tag.Kind.BACKWARD;
      };
    }
  }
}
