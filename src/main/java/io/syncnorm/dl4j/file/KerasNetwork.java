package io.syncnorm.dl4j.file;

import io.syncnorm.data.Seeds;
import io.syncnorm.dl4j.fused.FusedReader;
import io.syncnorm.dl4j.layer.ArrayValues;
import io.syncnorm.keras.KerasModel;
import io.syncnorm.keras.KerasOptimizer;
import io.syncnorm.nn.NetworkState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The DL4J network of a Keras 3 model, with its weights, optimizer and regularization. */
final class KerasNetwork {
  private static final Logger LOG = LoggerFactory.getLogger(KerasNetwork.class);

  /** Any world above 1, so that every bias has its place among the parameters. */
  private static final int WORLD = 2;

  private KerasNetwork() {}

  /**
   * Creates the network, and logs how its training will differ from Keras'.
   *
   * @param seed of the run, for dropout
   */
  static MultiLayerNetwork of(KerasModel model, Path path, long seed) {
    MultiLayerConfiguration configuration =
        FusedModel.configuration(
            model.architecture(),
            updater(model.optimizer()),
            List.of(),
            WeightInit.XAVIER,
            Seeds.mix(seed));
    regularize(configuration, model);
    remarks(model).forEach(remark -> LOG.warn("the Keras model in {}: {}", path, remark));
    NetworkState state = model.state();
    float[] flat = new float[state.parameters().length + state.statistics().length];
    flat = FusedReader.read(configuration, WORLD).network().flat(state, flat);
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init(ArrayValues.row(flat), true);
    return network;
  }

  private static IUpdater updater(KerasOptimizer optimizer) {
    double rate = optimizer.rate();
    return switch (optimizer.kind()) {
      case ADAM -> new Adam(rate, optimizer.beta1(), optimizer.beta2(), optimizer.epsilon());
      case RMSPROP -> new RmsProp(rate, optimizer.beta2(), optimizer.epsilon());
      case SGD ->
          optimizer.momentum() == 0 ? new Sgd(rate) : new Nesterovs(rate, optimizer.momentum());
    };
  }

  private static List<String> remarks(KerasModel model) {
    List<String> remarks = new ArrayList<>(model.remarks());
    KerasOptimizer optimizer = model.optimizer();
    if (optimizer.momentum() != 0 && !optimizer.isNesterov()) {
      remarks.add("it trains with Nesterov momentum, the only kind that DL4J has");
    }
    if (optimizer.weightDecay() != 0 && !model.architecture().normalizations().isEmpty()) {
      remarks.add("weight decay does not apply to gamma and beta, as in DL4J");
    }
    return remarks;
  }

  /**
   * Sets L2 and weight decay. A bias before normalization has no effect; with a decay the fused
   * engine could not leave it out.
   */
  private static void regularize(MultiLayerConfiguration configuration, KerasModel model) {
    double decay = model.optimizer().weightDecay();
    int index = 0;
    for (int i = 0; i < configuration.getConfs().size(); i++) {
      Layer layer = configuration.getConf(i).getLayer();
      if (!(layer instanceof DenseLayer
          || layer instanceof ConvolutionLayer
          || layer instanceof OutputLayer)) {
        continue;
      }
      BaseLayer weighted = (BaseLayer) layer;
      List<Regularization> penalties = new ArrayList<>();
      double l2 = model.penalties().getOrDefault(index++, 0.0);
      if (l2 > 0) {
        penalties.add(new L2Regularization(l2));
      }
      if (decay > 0) {
        penalties.add(new WeightDecay(decay, true));
        boolean isNormalized =
            i + 1 < configuration.getConfs().size()
                && configuration.getConf(i + 1).getLayer() instanceof BatchNormalization;
        if (!isNormalized) {
          weighted.setRegularizationBias(List.of(new WeightDecay(decay, true)));
        }
      }
      weighted.setRegularization(penalties);
    }
  }
}
