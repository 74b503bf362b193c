package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.fold.RankGroups;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BinaryOperator;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The contract of every communicator, over ranks of one process and of several, with plain and with
 * encrypted connections.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CommunicatorTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);

  /**
   * One process, several, and several with several ranks each; then with several ranks a host; then
   * encrypted.
   */
  static Stream<Layout> layouts() {
    return Stream.of(
        Layout.of(0),
        Layout.of(0, 0),
        Layout.of(0, 0, 0),
        Layout.of(0, 0, 0, 0, 0, 0, 0, 0),
        Layout.of(0, 1),
        Layout.of(0, 1, 2),
        Layout.of(0, 1, 0),
        Layout.of(0, 0, 1, 1),
        Layout.of(0, 1, 2, 3),
        Layout.of(0, 1, 2, 3, 4),
        Layout.of(0, 1, 2, 0, 1, 2, 0, 1),
        Layout.of(0, 1, 1, 1, 1, 2, 2),
        Layout.of(0, 1, 2, 3, 4, 5, 6, 7, 8),
        Layout.of(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7),
        Layout.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0),
        Layout.of(0, 0).hosts(2),
        Layout.of(0, 0, 0, 0, 0, 0, 0, 0).hosts(8),
        Layout.of(0, 0, 0, 0, 0, 0, 0, 0).hosts(4, 4),
        Layout.of(0, 0, 0, 0, 0, 0, 0, 0).hosts(3, 3, 2),
        Layout.of(0, 0, 0, 0, 1, 1, 1, 1).hosts(4, 4),
        Layout.of(0, 0, 0, 1, 1, 1, 0, 0).hosts(3, 3, 2),
        Layout.of(0, 0, 1, 1, 1).hosts(1, 1, 3),
        Layout.of(0, 1).encrypted(),
        Layout.of(0, 1, 2, 0, 1, 2, 0, 1).encrypted(),
        Layout.of(0, 0, 1, 1, 1).hosts(1, 1, 3).encrypted());
  }

  /** 64 ranks: one process, some with equal and unequal blocks, and dealt in turn. */
  static Stream<Layout> manyRanks() {
    return Stream.of(
        placed(rank -> 0),
        placed(rank -> rank / 32),
        placed(rank -> rank / 16),
        placed(rank -> rank / 13),
        placed(rank -> rank / 4),
        placed(rank -> rank / 7),
        placed(rank -> rank % 3),
        placed(rank -> rank % 11),
        placed(rank -> rank == 0 ? 0 : rank == 63 ? 2 : 1));
  }

  private static Layout placed(IntUnaryOperator processOfRank) {
    return Layout.of(IntStream.range(0, 64).map(processOfRank).boxed().toArray(Integer[]::new));
  }

  static Stream<Layout> allLayouts() {
    return Stream.concat(layouts(), manyRanks());
  }

  @ParameterizedTest
  @MethodSource("allLayouts")
  void shouldFoldAlongTheTreeOnEveryRank(Layout layout) throws Exception {
    double expected =
        overTree(RankGroup.all(layout.world()), rank -> rank + 1.0, CommunicatorTest::mix);
    for (double result :
        TestWorld.run(layout, PATIENT, communicator -> mixed(communicator, layout.world()))) {
      assertEquals(expected, result);
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldFoldOnlyTheOwnGroupOnAnyProcesses(Layout layout) throws Exception {
    for (int size = 1; size <= layout.world() + 1; size++) {
      checkGroups(layout, size);
    }
  }

  @ParameterizedTest
  @MethodSource("manyRanks")
  void shouldFoldOnlyTheOwnGroupOfManyRanks(Layout layout) throws Exception {
    checkGroups(layout, 6);
  }

  private static void checkGroups(Layout layout, int size) throws Exception {
    int world = layout.world();
    List<Double> results =
        TestWorld.run(
            layout,
            new RankGroups(world, size),
            PATIENT,
            communicator -> mixed(communicator, size));
    for (int rank = 0; rank < world; rank++) {
      assertEquals(
          overTree(RankGroup.of(rank, size, world), member -> member + 1.0, CommunicatorTest::mix),
          results.get(rank),
          String.format(Locale.ROOT, "rank %d, size %d", rank, size));
    }
  }

  /** Neither associative nor commutative, and exact: another order has another result. */
  private static double mix(double left, double right) {
    return (3 * left + 5 * right + 1) % 1_000_003;
  }

  /**
   * Folds in the groups of a size, then in the world, then in the groups again.
   *
   * @return the result of the groups
   */
  private static double mixed(Communicator communicator, int groupSize) {
    BiConsumer<double[], double[]> mix = (into, other) -> into[0] = mix(into[0], other[0]);
    RankGroup group = RankGroup.of(communicator.rank(), groupSize, communicator.world());
    double[] values = {communicator.rank() + 1};
    communicator.allReduce(Tag.of(1, 0, 0, Kind.FORWARD), values, group, mix);
    double[] ofWorld = {1, 2};
    communicator.allReduce(Tag.of(1, 0, 1, Kind.FORWARD), ofWorld, Communicator.SUM);
    assertArrayEquals(new double[] {communicator.world(), 2 * communicator.world()}, ofWorld);
    communicator.awaitLoaded(
        PATIENT); // measures what messages cost, and may choose other schedules
    double[] again = {communicator.rank() + 1};
    communicator.allReduce(Tag.of(1, 0, 0, Kind.BACKWARD), again, group, mix);
    assertEquals(values[0], again[0]);
    return values[0];
  }

  /**
   * What a fold over the tree of some ranks has to be: node i of level k over n ranks holds those
   * from floor(i*n / 2^k) to floor((i+1)*n / 2^k).
   */
  private static <T> T overTree(RankGroup ranks, IntFunction<T> leaf, BinaryOperator<T> fold) {
    return overNode(ranks, 0, 0, leaf, fold);
  }

  private static <T> T overNode(
      RankGroup ranks, int level, int index, IntFunction<T> leaf, BinaryOperator<T> fold) {
    int start = (index * ranks.size()) >> level;
    int end = ((index + 1) * ranks.size()) >> level;
    return end - start == 1
        ? leaf.apply(ranks.first() + start)
        : fold.apply(
            overNode(ranks, level + 1, 2 * index, leaf, fold),
            overNode(ranks, level + 1, 2 * index + 1, leaf, fold));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldKeepVectorsWhenNoRankHasAWeight(Layout layout) throws Exception {
    for (float[] result :
        TestWorld.run(
            layout,
            PATIENT,
            communicator -> {
              float[] vector = {communicator.rank(), 0};
              for (int weight = 0; weight < 2; weight++) {
                double total =
                    communicator.weightedMean(
                        Tag.of(1, weight, 0, Kind.GRADIENT), List.of(vector), weight);
                assertEquals(weight * layout.world(), total);
                vector[1] = weight == 0 && vector[0] == communicator.rank() ? 1 : vector[1];
              }
              return vector;
            })) {
      assertArrayEquals(new float[] {(layout.world() - 1) / 2f, 1}, result);
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldStayCorrectOverManyExchangesOfChangingLengthWithSlowRanks(Layout layout)
      throws Exception {
    int world = layout.world();
    int exchanges = world > 3 ? 500 : 3000;
    TestWorld.run(
        layout,
        PATIENT,
        communicator -> {
          Random random = new Random(communicator.rank());
          for (int step = 0; step < exchanges; step++) {
            if (random.nextInt(100) == 0) {
              Thread.sleep(1);
            }
            double[] values = new double[1 + step % 5];
            for (int i = 0; i < values.length; i++) {
              values[i] = (double) step * (communicator.rank() + 1) + i;
            }
            communicator.allReduce(Tag.of(1, step, 0, Kind.BACKWARD), values, TestWorld::sum);
            for (int i = 0; i < values.length; i++) {
              assertEquals(step * world * (world + 1) / 2.0 + i * world, values[i], "step " + step);
            }
          }
          return null;
        });
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldKeepABufferForEachLength(Layout layout) throws Exception {
    int lengths = 9; // odd, so that each length comes with both buffers, which are used in turn
    Set<double[]> first = Collections.synchronizedSet(identitySet());
    Set<double[]> later = Collections.synchronizedSet(identitySet());
    TestWorld.run(
        layout,
        PATIENT,
        communicator -> {
          for (int step = 0; step < 5 * lengths; step++) {
            Set<double[]> seen = step < 2 * lengths ? first : later;
            communicator.allReduce(
                Tag.of(1, step, 0, Kind.FORWARD),
                new double[1 + step % lengths],
                (into, other) -> {
                  assertEquals(into.length, other.length);
                  seen.add(other);
                });
          }
          return null;
        });
    later.removeAll(first);
    assertEquals(Set.of(), later);
  }

  private static Set<double[]> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  @ParameterizedTest
  @MethodSource("allLayouts")
  void shouldAverageVectorsByWeightBitIdenticallyOnEveryRank(Layout layout) throws Exception {
    int world = layout.world();
    int length = 10_007; // prime: segments and blocks are never of equal length
    List<List<float[]>> results =
        TestWorld.run(
            layout,
            PATIENT,
            communicator -> {
              List<float[]> vectors = List.of(vector(communicator.rank(), length), new float[] {3});
              communicator.weightedMean(
                  Tag.of(1, 2, 0, Kind.AVERAGING), vectors, communicator.rank() + 1);
              return vectors;
            });
    double total = world * (world + 1) / 2.0;
    double[] means =
        overTree(
            RankGroup.all(world),
            rank -> scaled((rank + 1) / total, vector(rank, length)),
            CommunicatorTest::added);
    float[] first = results.get(0).get(0);
    for (int i = 0; i < length; i++) {
      assertEquals((float) means[i], first[i], "element " + i);
    }
    for (List<float[]> result : results) {
      assertArrayEquals(first, result.get(0));
      assertArrayEquals(new float[] {3}, result.get(1));
    }
  }

  private static double[] scaled(double share, float[] vector) {
    double[] scaled = new double[vector.length];
    for (int i = 0; i < vector.length; i++) {
      scaled[i] = share * vector[i];
    }
    return scaled;
  }

  private static double[] added(double[] into, double[] other) {
    TestWorld.sum(into, other);
    return into;
  }

  /** Vectors longer than a chunk: means must be correct across chunks. */
  @ParameterizedTest
  @MethodSource("pairs")
  void shouldAverageVectorsChunkByChunk(Layout layout) throws Exception {
    int[] lengths = {(1 << 22) - 3, 7, (1 << 22) + 1};
    List<List<float[]>> results =
        TestWorld.run(
            layout,
            PATIENT,
            communicator -> {
              List<float[]> vectors =
                  IntStream.of(lengths).mapToObj(n -> ramp(communicator.rank(), n)).toList();
              communicator.weightedMean(Tag.of(1, 2, 0, Kind.AVERAGING), vectors, 1);
              return vectors;
            });
    for (List<float[]> result : results) {
      for (int vector = 0; vector < lengths.length; vector++) {
        float[] expected = new float[lengths[vector]];
        for (int i = 0; i < expected.length; i++) {
          expected[i] = i + (layout.world() - 1) / 2f; // exact for these worlds
        }
        assertArrayEquals(expected, result.get(vector));
      }
    }
  }

  static Stream<Layout> pairs() {
    return Stream.of(
        Layout.of(0, 0),
        Layout.of(0, 1),
        Layout.of(0, 1).encrypted(),
        Layout.of(0, 1, 2, 2, 1, 0, 3));
  }

  private static float[] ramp(int rank, int length) {
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = i + rank;
    }
    return vector;
  }

  @ParameterizedTest
  @MethodSource("layoutsOfThree")
  void shouldIgnoreVectorsOfWeightZero(Layout layout) throws Exception {
    for (float[] result :
        TestWorld.run(
            layout,
            PATIENT,
            communicator -> {
              float[] vector = {communicator.rank() == 1 ? Float.NaN : communicator.rank()};
              communicator.weightedMean(
                  Tag.of(1, 2, 0, Kind.AVERAGING),
                  List.of(vector),
                  communicator.rank() == 1 ? 0 : 5);
              return vector;
            })) {
      assertArrayEquals(new float[] {1}, result);
    }
  }

  static Stream<Layout> layoutsOfThree() {
    return Stream.of(
        Layout.of(0, 0, 0), Layout.of(0, 1, 0), Layout.of(0, 1, 2), Layout.of(0, 0, 1));
  }

  private static float[] vector(int rank, int length) {
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = (float) Math.sin(31.0 * rank + i);
    }
    return vector;
  }
}
