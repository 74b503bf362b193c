package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.comm.Tag.Kind;
import io.syncnorm.comm.TestWorld.Layout;
import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract of every communicator, over ranks of one process and of several. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class CommunicatorTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);

  /** One process, several, and several with several ranks each; then with several ranks a host. */
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
        Layout.of(0, 0).hosts(2),
        Layout.of(0, 0, 0, 0, 0, 0, 0, 0).hosts(8),
        Layout.of(0, 0, 0, 0, 0, 0, 0, 0).hosts(4, 4),
        Layout.of(0, 0, 0, 0, 0, 0, 0, 0).hosts(3, 3, 2),
        Layout.of(0, 0, 0, 0, 1, 1, 1, 1).hosts(4, 4),
        Layout.of(0, 0, 0, 1, 1, 1, 0, 0).hosts(3, 3, 2),
        Layout.of(0, 0, 1, 1, 1).hosts(1, 1, 3));
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldFoldInRankOrderOnEveryRank(Layout layout) throws Exception {
    int world = layout.world();
    // Not commutative: digits are appended, so the order of ranks can be read from the result.
    BiConsumer<double[], double[]> append = (into, other) -> into[0] = 10 * into[0] + other[0];
    double expected = 0;
    for (int rank = 0; rank < world; rank++) {
      expected = 10 * expected + rank + 1;
    }
    for (double[] result :
        TestWorld.run(
            layout,
            PATIENT,
            communicator -> {
              double[] values = {communicator.rank() + 1};
              communicator.allReduce(Tag.of(1, 0, 0, Kind.FORWARD), values, append);
              return values;
            })) {
      assertEquals(expected, result[0]);
    }
  }

  @ParameterizedTest
  @MethodSource("layouts")
  void shouldFoldOnlyTheOwnGroupOnAnyProcesses(Layout layout) throws Exception {
    int world = layout.world();
    BiConsumer<double[], double[]> append = (into, other) -> into[0] = 10 * into[0] + other[0];
    for (int size = 1; size <= world + 1; size++) {
      int groupSize = size;
      List<double[]> results =
          TestWorld.run(
              layout,
              PATIENT,
              communicator -> {
                double[] values = {communicator.rank() + 1};
                RankGroup group = RankGroup.of(communicator.rank(), groupSize, world);
                communicator.allReduce(Tag.of(1, 0, 0, Kind.FORWARD), values, group, append);
                return values;
              });
      for (int rank = 0; rank < world; rank++) {
        double expected = 0;
        int first = rank - rank % size;
        for (int other = first; other < Math.min(first + size, world); other++) {
          expected = 10 * expected + other + 1;
        }
        assertEquals(
            expected,
            results.get(rank)[0],
            String.format(Locale.ROOT, "rank %d, size %d", rank, size));
      }
    }
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
  void shouldKeepTheBuffersOfItsLongestExchange(Layout layout) throws Exception {
    List<Set<double[]>> seenByRank =
        TestWorld.run(
            layout,
            PATIENT,
            communicator -> {
              Set<double[]> seen = identitySet();
              for (int step = 0; step < 40; step++) {
                double[] values =
                    new double[step < 2 ? 9 : 1 + step % 9]; // two buffers, used in turn
                communicator.allReduce(
                    Tag.of(1, step, 0, Kind.FORWARD), values, (into, other) -> seen.add(other));
              }
              return seen;
            });
    // Any rank of a process may fold for the others.
    Map<Integer, Set<double[]>> seenByProcess = new HashMap<>();
    for (int rank = 0; rank < layout.world(); rank++) {
      seenByProcess
          .computeIfAbsent(layout.processOfRank().get(rank), process -> identitySet())
          .addAll(seenByRank.get(rank));
    }
    for (Set<double[]> seen : seenByProcess.values()) {
      assertEquals(2 * (layout.world() - 1), seen.size());
    }
  }

  private static Set<double[]> identitySet() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  @ParameterizedTest
  @MethodSource("layouts")
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
    double[] means = new double[length];
    for (int rank = 0; rank < world; rank++) {
      float[] vector = vector(rank, length);
      for (int i = 0; i < length; i++) {
        means[i] += (rank + 1) / total * vector[i];
      }
    }
    float[] first = results.get(0).get(0);
    for (int i = 0; i < length; i++) {
      assertEquals((float) means[i], first[i], "element " + i);
    }
    for (List<float[]> result : results) {
      assertArrayEquals(first, result.get(0));
      assertArrayEquals(new float[] {3}, result.get(1));
    }
  }

  /** Vectors longer than a window: means must be correct across windows. */
  @ParameterizedTest
  @MethodSource("pairs")
  void shouldAverageVectorsWindowByWindow(Layout layout) throws Exception {
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
          expected[i] = i + 0.5f; // between i of rank 0 and i + 1 of rank 1
        }
        assertArrayEquals(expected, result.get(vector));
      }
    }
  }

  static Stream<Layout> pairs() {
    return Stream.of(Layout.of(0, 0), Layout.of(0, 1));
  }

  private static float[] ramp(int rank, int length) {
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = i + rank;
    }
    return vector;
  }

  @Test
  void shouldNotReadVectorsOfWeightZero() throws Exception {
    for (float[] result :
        TestWorld.run(
            Layout.of(0, 1, 0),
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

  private static float[] vector(int rank, int length) {
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = (float) Math.sin(31.0 * rank + i);
    }
    return vector;
  }
}
