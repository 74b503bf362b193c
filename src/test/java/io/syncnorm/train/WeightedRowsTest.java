package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of floats, and rows with weights, against rows of bytes with weight 1. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class WeightedRowsTest {
  /**
   * Per parameter after a dozen steps of about 0.1: sums in a different order differ by a few float
   * roundings.
   */
  private static final float ROUNDING = 2e-5f;

  private static final List<String> FULL_BATCH_SGD =
      List.of(
          "training.optimizer.type=sgd",
          "training.optimizer.learning-rate=0.1",
          "training.averaging.every=1 steps",
          "training.batch-size=1000",
          "training.epochs=12",
          "model.batch-norm.enabled=false");

  private final LabelledImages images = Worlds.images(90, 1);

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldTrainFloatsWithWeightOneBitIdenticallyToPixels(int world) throws Exception {
    Configuration configuration = Worlds.configuration("training.epochs=3");
    float[] ones = new float[images.count()];
    Arrays.fill(ones, 1f);

    Worlds.Trained expected = train(configuration, world, images.rows());

    Worlds.Trained found = train(configuration, world, floats().withWeights(ones));

    assertArrayEquals(expected.snapshot().parameters(), found.snapshot().parameters());
    assertArrayEquals(expected.snapshot().statistics(), found.snapshot().statistics());
    assertEquals(expected.epochs().get(2).trainLoss(), found.epochs().get(2).trainLoss());
    assertEquals(expected.epochs().get(2).testAccuracy(), found.epochs().get(2).testAccuracy());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void shouldTrainARowOfWeightTwoLikeTheRowGivenTwice(int world) throws Exception {
    float[] weights = new float[images.count()];
    List<Integer> repeated = new ArrayList<>();
    for (int row = 0; row < weights.length; row++) {
      weights[row] = row * row % 4;
      repeated.addAll(Collections.nCopies((int) weights[row], row));
    }
    Configuration configuration = Worlds.configuration(FULL_BATCH_SGD.toArray(String[]::new));
    Worlds.Trained twice = train(configuration, 1, pick(floats(), repeated));

    Worlds.Trained weighted = train(configuration, world, floats().withWeights(weights));

    assertArrayEquals(
        twice.snapshot().parameters(), weighted.snapshot().parameters(), ROUNDING, "parameters");
    assertFalse(
        Arrays.equals(
            weighted.snapshot().parameters(),
            train(configuration, world, floats()).snapshot().parameters()));
    EpochResult expected = twice.epochs().get(11);
    EpochResult found = weighted.epochs().get(11);
    assertEquals(expected.trainLoss(), found.trainLoss(), ROUNDING);
    assertEquals(expected.trainAccuracy(), found.trainAccuracy(), ROUNDING);
    assertEquals(expected.testLoss(), found.testLoss(), ROUNDING);
    assertEquals(expected.testAccuracy(), found.testAccuracy(), ROUNDING);
    assertEquals(images.count(), found.rows(), "rows are counted without weights");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void shouldTrainSparseRowsLikeDenseOnes(int world) throws Exception {
    float[] features = ((Features.Floats) floats().features()).values();
    int[] rowStarts = new int[images.count() + 1];
    int[] columns = new int[features.length];
    float[] values = new float[features.length];
    int count = 0;
    for (int i = 0; i < features.length; i++) {
      if (features[i] < 0.4f) {
        features[i] = 0;
      } else {
        columns[count] = i % Worlds.INPUTS;
        values[count++] = features[i];
      }
      rowStarts[i / Worlds.INPUTS + 1] = count;
    }
    int[] labels = IntStream.range(0, images.count()).map(images.rows()::label).toArray();
    Features.Sparse sparse =
        new Features.Sparse(
            Worlds.INPUTS, rowStarts, Arrays.copyOf(columns, count), Arrays.copyOf(values, count));
    List<String> settings = new ArrayList<>(FULL_BATCH_SGD);
    settings.set(settings.size() - 1, "model.batch-norm.enabled=true");
    Configuration configuration = Worlds.configuration(settings.toArray(String[]::new));
    Rows dense = new Rows(Worlds.INPUTS, new Features.Floats(features), labels);
    Worlds.Trained expected = train(configuration, world, dense);

    Worlds.Trained found = train(configuration, world, new Rows(Worlds.INPUTS, sparse, labels));

    assertTrue(count < features.length / 2 && count > features.length / 10, "count=" + count);
    assertArrayEquals(
        expected.snapshot().parameters(), found.snapshot().parameters(), ROUNDING, "parameters");
    assertEquals(expected.epochs().get(11).testLoss(), found.epochs().get(11).testLoss(), ROUNDING);
  }

  @Test
  void shouldKeepTheModelWhenAllWeightsAreZero() throws Exception {
    Configuration configuration =
        Worlds.configuration("training.epochs=1", "training.averaging.every=1 steps");
    Rows weightless = floats().withWeights(new float[images.count()]);
    Worlds.Trained trained = train(configuration, 2, weightless);
    assertArrayEquals(
        Snapshot.fresh(configuration, Worlds.INPUTS).parameters(), trained.snapshot().parameters());
  }

  /** Deals row {@code i} to rank {@code i mod world}, for training and for testing. */
  private static Worlds.Trained train(Configuration configuration, int world, Rows rows)
      throws Exception {
    List<Shard> shards = new ArrayList<>();
    for (int rank = 0; rank < world; rank++) {
      int first = rank;
      List<Integer> own =
          IntStream.iterate(first, row -> row < rows.count(), row -> row + world).boxed().toList();
      RowStore store = RowStore.of(pick(rows, own));
      shards.add(new Shard(rank, world, store, store));
    }
    return Worlds.train(configuration, shards);
  }

  private Rows floats() {
    Rows pixels = images.rows();
    float[] features = new float[pixels.count() * Worlds.INPUTS];
    int[] labels = new int[pixels.count()];
    pixels.features().copyTo(0, features, 0, features.length);
    for (int row = 0; row < labels.length; row++) {
      labels[row] = pixels.label(row);
    }
    return new Rows(Worlds.INPUTS, new Features.Floats(features), labels);
  }

  private static Rows pick(Rows rows, List<Integer> positions) {
    return rows.pick(positions.stream().mapToInt(Integer::intValue).toArray());
  }
}
