package io.syncnorm.dl4j.layer;

import io.syncnorm.config.Recalibrate;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/**
 * Checks whether a network's running statistics have become independent of their initial values.
 */
public final class Settling {
  private Settling() {}

  /**
   * Returns a warning if a network has made too few steps since it was initialized.
   *
   * @param steps number of steps since initialization
   */
  public static Optional<String> remark(TrainableNetwork network, long steps) {
    Stream<NeuralNetConfiguration> layers =
        network instanceof TrainableNetwork.Chain chain
            ? chain.network().getLayerWiseConfigurations().getConfs().stream()
            : ((TrainableNetwork.Graph) network)
                .network().getConfiguration().getVertices().values().stream()
                    .filter(LayerVertex.class::isInstance)
                    .map(vertex -> ((LayerVertex) vertex).getLayerConf());
    return layers
        .map(NeuralNetConfiguration::getLayer)
        .filter(BatchNormalization.class::isInstance)
        .map(layer -> ((BatchNormalization) layer).getDecay())
        .max(Double::compare)
        .filter(decay -> !Recalibrate.areSettled(decay, steps))
        .map(
            decay ->
                String.format(
                    Locale.ROOT,
                    "%d steps are too few for a decay of %s: the running statistics of batch normalization still depend on their initial values, and the network may predict worse than it trains; train longer, with smaller batches or with a smaller decay",
                    steps,
                    decay));
  }
}
