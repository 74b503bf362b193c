package io.syncnorm.dl4j.layer;

import io.syncnorm.config.Recalibrate;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;

/** Tells whether a network's running statistics have forgotten where they started. */
public final class Settling {
  private Settling() {}

  /** What to tell a user whose network has made so many steps since it was initialized. */
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
                    "%d steps are too few for a decay of %s: the running statistics of batch normalization still depend on where they started, and the network may predict worse than it trains; train longer, with smaller batches or with a smaller decay",
                    steps,
                    decay));
  }
}
