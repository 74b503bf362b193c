package io.syncnorm.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Tag;
import io.syncnorm.nn.Vectors;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Compares worlds of ranks with one DL4J network on the concatenated batch. */
@Timeout(60)
class SyncScopeTest {
  /** Relative, after {@link #STEPS} steps in float, which drift apart by rounding. */
  private static final double TOLERANCE = 1e-4;

  private static final int STEPS = 20;

  /** Kinds of networks, with the rows of each rank in every step. */
  static Stream<Arguments> worlds() {
    return Stream.of(Networks.MLP, Networks.CNN)
        .flatMap(
            kind ->
                Stream.of(
                        List.of(4, 4),
                        List.of(5, 2),
                        List.of(3, 3, 3),
                        List.of(4, 1, 2),
                        List.of(2, 2, 2, 2),
                        List.of(3, 1, 4, 2),
                        List.of(5, 0, 3))
                    .map(rows -> Arguments.of(kind, rows)));
  }

  @ParameterizedTest
  @MethodSource("worlds")
  void shouldEqualOneNetworkOnTheConcatenatedBatch(Networks kind, List<Integer> rows)
      throws Exception {
    MultiLayerNetwork one = kind.network(DataType.FLOAT);
    for (int step = 0; step < STEPS; step++) {
      one.fit(DataSet.merge(batches(kind, rows, step)));
    }
    List<float[]> ranks =
        Ranks.run(rows.size(), communicator -> train(kind, rows, communicator, "synchronized"));
    for (float[] parameters : ranks) {
      double difference = Vectors.distance(Parameters.of(one), parameters);
      assertTrue(difference <= TOLERANCE, "relative difference " + difference);
    }
  }

  @Test
  void shouldDifferWithoutSynchronization() throws Exception {
    List<Integer> rows = List.of(4, 4);
    List<float[]> synced =
        Ranks.run(2, communicator -> train(Networks.MLP, rows, communicator, "synchronized"));
    List<float[]> local =
        Ranks.run(2, communicator -> train(Networks.MLP, rows, communicator, "local"));
    double difference = Vectors.distance(synced.get(0), local.get(0));
    assertTrue(difference > 1e-2, "otherwise parity proves nothing: " + difference);
  }

  @Test
  void shouldKeepRunningStatisticsBitIdenticalOnAllRanks() throws Exception {
    // Without averaging, statistics are equal in the end only by construction.
    List<float[]> statistics =
        Ranks.run(
            3,
            communicator -> {
              MultiLayerNetwork network =
                  SyncBatchNorm.convert(Networks.MLP.network(DataType.FLOAT));
              try (SyncScope scope = SyncScope.enter(network, communicator)) {
                for (int step = 0; step < 3; step++) {
                  scope.at(0, step);
                  if (communicator.rank() == step % 3) {
                    scope.stepWithoutRows();
                  } else {
                    network.fit(Networks.MLP.rows(4, communicator.rank()));
                  }
                }
              }
              return network.getParam("1_mean").data().asFloat();
            });
    for (float[] ofRank : statistics) {
      org.junit.jupiter.api.Assertions.assertArrayEquals(statistics.get(0), ofRank, 0f);
    }
    assertTrue(statistics.get(0)[0] != 0);
  }

  @Test
  void shouldSynchronizeGraphs() throws Exception {
    ComputationGraph one = new ComputationGraph(Networks.CNN.graph());
    one.init();
    List<Integer> rows = List.of(4, 2, 0);
    for (int step = 0; step < STEPS; step++) {
      one.fit(DataSet.merge(batches(Networks.CNN, rows, step)));
    }
    List<float[]> ranks =
        Ranks.run(
            3,
            communicator -> {
              ComputationGraph graph =
                  new ComputationGraph(SyncBatchNorm.convert(Networks.CNN.graph()));
              graph.init();
              try (SyncScope scope = SyncScope.enter(graph, communicator)) {
                assertEquals(2, scope.layers());
                int mine = rows.get(communicator.rank());
                for (int step = 0; step < STEPS; step++) {
                  scope.at(1, step);
                  if (mine == 0) {
                    scope.stepWithoutRows();
                  } else {
                    graph.fit(Networks.CNN.rows(mine, seed(step, communicator.rank())));
                  }
                  float[] parameters = graph.params().dup().data().asFloat();
                  communicator.weightedMean(averaging(step), List.of(parameters), mine);
                  graph.setParams(Nd4j.createFromArray(parameters).reshape(1, -1));
                }
              }
              return graph.params().dup().data().asFloat();
            });
    double difference = Vectors.distance(one.params().dup().data().asFloat(), ranks.get(2));
    assertTrue(difference <= TOLERANCE, "relative difference " + difference);
  }

  @Test
  void shouldNotUseOtherRanksInInferenceOrOutsideOfTheScope() throws Exception {
    List<List<Long>> exchanges =
        Ranks.run(
            1,
            communicator -> {
              MultiLayerNetwork network =
                  SyncBatchNorm.convert(Networks.MLP.network(DataType.FLOAT));
              DataSet batch = Networks.MLP.rows(4, 1);
              TagRecorder recorder = new TagRecorder(communicator);
              try (SyncScope scope = SyncScope.enter(network, recorder)) {
                scope.at(3, 7);
                network.output(batch.getFeatures());
                network.score(batch);
                assertEquals(List.of(), recorder.tags);
                network.fit(batch);
              }
              network.fit(batch);
              return recorder.tags;
            });
    assertEquals(
        List.of(
            Tag.of(3, 7, 0, Tag.Kind.FORWARD),
            Tag.of(3, 7, 1, Tag.Kind.FORWARD),
            Tag.of(3, 7, 1, Tag.Kind.BACKWARD),
            Tag.of(3, 7, 0, Tag.Kind.BACKWARD)),
        exchanges.get(0));
  }

  @Test
  void shouldMakeTheSameExchangesWithoutRows() throws Exception {
    MultiLayerNetwork plain = Networks.MLP.network(DataType.FLOAT);
    // Layer 1, normalization, is frozen: the backward pass ends above it, and it is not
    // synchronized.
    MultiLayerNetwork frozen = new TransferLearning.Builder(plain).setFeatureExtractor(1).build();
    assertEquals(4, exchangesWithAndWithoutRows(plain));
    assertEquals(2, exchangesWithAndWithoutRows(frozen));
  }

  @Test
  void shouldRequireAnInitializedNetwork() throws Exception {
    MultiLayerNetwork raw =
        new MultiLayerNetwork(Networks.MLP.network(DataType.FLOAT).getLayerWiseConfigurations());
    Ranks.run(
        1,
        communicator ->
            assertThrows(IllegalArgumentException.class, () -> SyncScope.enter(raw, communicator)));
  }

  /** Returns the number of exchanges, which both steps must make in the same order. */
  private static int exchangesWithAndWithoutRows(MultiLayerNetwork plain) throws Exception {
    List<List<Long>> tags =
        Ranks.run(
            2,
            communicator -> {
              TagRecorder recorder = new TagRecorder(communicator);
              MultiLayerNetwork synced = SyncBatchNorm.convert(plain);
              try (SyncScope scope = SyncScope.enter(synced, recorder)) {
                if (communicator.rank() == 0) {
                  synced.fit(Networks.MLP.rows(4, 1));
                } else {
                  scope.stepWithoutRows();
                }
              }
              return recorder.tags;
            });
    assertEquals(tags.get(0), tags.get(1));
    return tags.get(0).size();
  }

  private static float[] train(
      Networks kind, List<Integer> rows, Communicator communicator, String statistics) {
    int rank = communicator.rank();
    MultiLayerNetwork network = kind.network(DataType.FLOAT);
    network = statistics.equals("local") ? network : SyncBatchNorm.convert(network);
    try (SyncScope scope = SyncScope.enter(network, communicator)) {
      for (int step = 0; step < STEPS; step++) {
        scope.at(0, step);
        if (rows.get(rank) == 0) {
          scope.stepWithoutRows();
        } else {
          network.fit(kind.rows(rows.get(rank), seed(step, rank)));
        }
        float[] parameters = Parameters.of(network);
        communicator.weightedMean(averaging(step), List.of(parameters), rows.get(rank));
        network.setParams(Nd4j.createFromArray(parameters).reshape(1, -1));
      }
    }
    return Parameters.of(network);
  }

  private static List<DataSet> batches(Networks kind, List<Integer> rows, int step) {
    return IntStream.range(0, rows.size())
        .filter(rank -> rows.get(rank) > 0)
        .mapToObj(rank -> kind.rows(rows.get(rank), seed(step, rank)))
        .toList();
  }

  private static long seed(int step, int rank) {
    return 100L * step + rank;
  }

  private static long averaging(int step) {
    return Tag.of(0, step, 0, Tag.Kind.AVERAGING);
  }
}
