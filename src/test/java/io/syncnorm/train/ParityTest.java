package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Batches;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.Vectors;
import io.syncnorm.nn.network.Network;
import io.syncnorm.nn.optimizer.Sgd;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The parity theorem: with plain SGD, averaging every step and fixed order, a world of ranks equals
 * one process that sees the union of their mini-batches at every step.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ParityTest {
  /** Relative, over all parameters, after 50 steps; float rounding alone causes about 1e-6. */
  private static final double TOLERANCE = 1e-5;

  private static final int STEPS = 50;
  private static final int BATCH = 4;
  private static final double LEARNING_RATE = 0.05;
  private static final List<String> SGD_EVERY_STEP =
      List.of(
          "training.optimizer.type=sgd",
          "training.optimizer.learning-rate=" + LEARNING_RATE,
          "training.averaging.every=1 steps",
          "training.shuffle=once",
          "training.epochs=1");

  /** Rows of each rank's shard; the largest gives 50 steps. */
  static Stream<List<Integer>> shardSizes() {
    int full = STEPS * BATCH;
    return Stream.of(
        List.of(full),
        List.of(full, full),
        List.of(full, full - 3),
        List.of(full, 75),
        List.of(full, 0),
        List.of(0, full),
        List.of(full, full, full),
        List.of(30, full, 101),
        List.of(full, 0, 1),
        List.of(full, full, full, full),
        List.of(1, full, 0, 122),
        List.of(full, full, full, full, full, full, full, full),
        List.of(full, 7, 0, 150, 0, 99, full - 1, 2));
  }

  /**
   * A network for images of 5 x 5 pixels. Without max pooling: where two pixels are nearly equal, a
   * rounding decides which one receives the gradient, and the two trainings part.
   */
  private static final String[] CONVOLUTIONAL = {
    "model.hidden=[128, 64]", // its default
    "model.image=[5, 5, 1]",
    "model.layers=[{conv = 6, kernel = 3, padding = same}, batch-norm, elu, {average-pool = 2, stride = 1},"
        + " {conv = 5, kernel = 2}, batch-norm, leaky-relu, {dense = 8}, batch-norm, tanh]"
  };

  @ParameterizedTest
  @MethodSource("shardSizes")
  void shouldEqualOneProcessOnTheUnionOfTheBatches(List<Integer> sizes) throws Exception {
    assertParity(sizes, configuration(BATCH));
  }

  @ParameterizedTest
  @MethodSource("shardSizes")
  void shouldEqualOneProcessForImages(List<Integer> sizes) throws Exception {
    assertParity(sizes, configuration(BATCH, CONVOLUTIONAL));
  }

  private static void assertParity(List<Integer> sizes, Configuration configuration)
      throws Exception {
    LabelledImages images =
        Worlds.images(sizes.stream().mapToInt(Integer::intValue).sum(), sizes.hashCode());
    List<int[]> rowsOfRank = new ArrayList<>();
    int next = 0;
    for (int size : sizes) {
      rowsOfRank.add(IntStream.range(next, next + size).toArray());
      next += size;
    }
    List<Shard> shards =
        IntStream.range(0, sizes.size())
            .mapToObj(
                rank ->
                    Worlds.shard(rank, sizes.size(), images, rowsOfRank.get(rank), images.rows()))
            .toList();
    Worlds.Trained trained = Worlds.train(configuration, shards);

    NetworkState expected = trainOnUnion(configuration, images, rowsOfRank);

    assertEquals(images.count(), trained.epochs().get(0).rows(), "no row is lost");
    assertClose(expected.parameters(), trained.snapshot().parameters());
    assertClose(expected.statistics(), trained.snapshot().statistics());
    NetworkState fresh = Snapshot.fresh(configuration, Worlds.INPUTS).state();
    assertTrue(
        Vectors.distance(fresh.parameters(), expected.parameters()) > 0.05,
        "training moves parameters");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 8})
  void shouldEqualOneRankWithTheGlobalBatch(int world) throws Exception {
    LabelledImages images = Worlds.images(STEPS * BATCH * world, world);
    Worlds.Trained one =
        Worlds.train(
            configuration(BATCH * world),
            Sharding.deal(images.rows(), images.rows(), 1, 42, Dealing.SHUFFLED));
    Worlds.Trained many =
        Worlds.train(
            configuration(BATCH),
            Sharding.deal(images.rows(), images.rows(), world, 42, Dealing.SHUFFLED));
    assertClose(one.snapshot().parameters(), many.snapshot().parameters());
    assertClose(one.snapshot().statistics(), many.snapshot().statistics());
    assertEquals(one.epochs().get(0).trainLoss(), many.epochs().get(0).trainLoss(), TOLERANCE);
    assertEquals(one.epochs().get(0).testLoss(), many.epochs().get(0).testLoss(), TOLERANCE);
  }

  @Test
  void shouldDifferWithoutSynchronization() throws Exception {
    LabelledImages images = Worlds.images(STEPS * BATCH * 4, 4);
    Worlds.Trained one =
        Worlds.train(
            configuration(BATCH * 4),
            Sharding.deal(images.rows(), images.rows(), 1, 42, Dealing.SHUFFLED));
    Worlds.Trained local =
        Worlds.train(
            configuration(BATCH, "model.batch-norm.sync=local"),
            Sharding.deal(images.rows(), images.rows(), 4, 42, Dealing.SHUFFLED));
    double difference =
        Vectors.distance(one.snapshot().parameters(), local.snapshot().parameters());
    assertTrue(difference > 1e-2, "otherwise parity proves nothing: " + difference);
  }

  /** The oracle: a plain loop over the steps, with the rows that all ranks have in each. */
  private static NetworkState trainOnUnion(
      Configuration configuration, LabelledImages images, List<int[]> rowsOfRank) {
    Architecture architecture = Blueprint.architecture(configuration, Worlds.INPUTS);
    NetworkState state = Snapshot.fresh(configuration, Worlds.INPUTS).state();
    int largest = BATCH * rowsOfRank.size();
    Network network = new Network(architecture, largest, RankReduction.NONE);
    Sgd sgd = new Sgd(LEARNING_RATE);
    float[] gradient = new float[state.parameters().length];
    float[] x = new float[largest * Worlds.INPUTS];
    int[] labels = new int[largest];
    MiniBatch batch = Batches.of(x, labels, 0);
    for (int step = 0; step < STEPS; step++) {
      int count = 0;
      for (int[] rows : rowsOfRank) {
        for (int i = step * BATCH; i < Math.min(rows.length, (step + 1) * BATCH); i++) {
          int from = rows[i] * Worlds.INPUTS;
          images.images().values().copyTo(from, x, count * Worlds.INPUTS, Worlds.INPUTS);
          labels[count++] = images.labels()[rows[i]];
        }
      }
      batch.show(0, count);
      network.forward(state, batch);
      network.backward(state, batch, gradient);
      sgd.update(state.parameters(), gradient, 1f / count);
    }
    return state;
  }

  private static Configuration configuration(int batchSize, String... more) {
    List<String> overrides = new ArrayList<>(SGD_EVERY_STEP);
    overrides.add("training.batch-size=" + batchSize);
    overrides.add("model.batch-norm.recalibrate=0"); // the running statistics must agree
    overrides.addAll(List.of(more));
    return Worlds.configuration(overrides.toArray(String[]::new));
  }

  private static void assertClose(float[] expected, float[] found) {
    double relative = Vectors.distance(expected, found);
    assertTrue(relative <= TOLERANCE, "relative difference after 50 steps: " + relative);
  }
}
