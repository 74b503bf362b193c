package io.syncnorm.dl4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.dl4j.Networks;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** DL4J's decay of 0.9 needs 38 steps to fall to 1.8 %. */
class SettlingTest {
  @Test
  void shouldWarnOfStatisticsThatStillDependOnTheirInitialValues() {
    ComputationGraph graph = new ComputationGraph(Networks.CNN.graph());
    graph.init();
    List<TrainableNetwork> networks =
        List.of(
            new TrainableNetwork.Chain(Networks.MLP.network(DataType.FLOAT)),
            new TrainableNetwork.Graph(graph));
    for (TrainableNetwork network : networks) {
      String remark = Settling.remark(network, 37).orElseThrow();
      assertTrue(remark.startsWith("37 steps are too few for a decay of 0.9"), remark);
      assertEquals(Optional.empty(), Settling.remark(network, 38));
    }
  }
}
