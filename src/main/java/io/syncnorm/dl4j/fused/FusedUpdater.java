package io.syncnorm.dl4j.fused;

import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.nn.optimizer.Adam;
import io.syncnorm.nn.optimizer.Clip;
import io.syncnorm.nn.optimizer.Conditioned;
import io.syncnorm.nn.optimizer.Nesterov;
import io.syncnorm.nn.optimizer.Optimizer;
import io.syncnorm.nn.optimizer.Penalty;
import io.syncnorm.nn.optimizer.Range;
import io.syncnorm.nn.optimizer.RmsProp;
import io.syncnorm.nn.optimizer.Schedule;
import io.syncnorm.nn.optimizer.Sgd;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Translates DL4J's updater, regularization and gradient normalization: {@code
 * BaseMultiLayerUpdater} normalizes gradients by layer, {@code UpdaterBlock} then adds L2, updates
 * and decays weights, which is the order of {@link Conditioned}.
 *
 * <p>Penalties of one kind add up before they are applied: the builder's {@code weightDecay} puts
 * its penalty into the list twice, and DL4J then decays by twice the coefficient.
 */
final class FusedUpdater {
  private final List<Clip> clips = new ArrayList<>();
  private final List<Penalty> penalties = new ArrayList<>();

  private FusedUpdater() {}

  /**
   * Returns the rule of an updater alone.
   *
   * @param epochs that the network has been trained for
   * @throws NotFusedException if the fused engine does not have it
   */
  static Optimizer.Rule of(IUpdater updater, int epochs) {
    if (updater instanceof org.nd4j.linalg.learning.config.Adam adam) {
      return new Adam.Rule(
          schedule(adam.getLearningRate(), adam.getLearningRateSchedule(), epochs),
          adam.getBeta1(),
          adam.getBeta2(),
          adam.getEpsilon());
    }
    if (updater instanceof org.nd4j.linalg.learning.config.Sgd sgd) {
      return new Sgd.Rule(schedule(sgd.getLearningRate(), sgd.getLearningRateSchedule(), epochs));
    }
    if (updater instanceof Nesterovs nesterovs && nesterovs.getMomentumISchedule() == null) {
      return new Nesterov.Rule(
          schedule(nesterovs.getLearningRate(), nesterovs.getLearningRateSchedule(), epochs),
          nesterovs.getMomentum());
    }
    if (updater instanceof org.nd4j.linalg.learning.config.RmsProp rmsProp) {
      return new RmsProp.Rule(
          schedule(rmsProp.getLearningRate(), rmsProp.getLearningRateSchedule(), epochs),
          rmsProp.getRmsDecay(),
          rmsProp.getEpsilon());
    }
    throw new NotFusedException(
        "its updater is %s; the fused engine supports Adam, Sgd, RmsProp, and Nesterovs without a schedule of momentum"
            .formatted(updater));
  }

  private static Schedule schedule(double learningRate, ISchedule schedule, int epochs) {
    return schedule == null
        ? new Schedule.Constant(learningRate)
        : new Dl4jSchedule(schedule, epochs);
  }

  /**
   * Returns a rule with the gradient normalization and regularization of the layers.
   *
   * @param layers those with weights, as many as in the layout
   * @throws NotFusedException if the fused engine does not have one of them
   */
  static Optimizer.Rule conditioned(
      Optimizer.Rule rule, List<? extends BaseLayer> layers, ParameterLayout layout) {
    FusedUpdater updater = new FusedUpdater();
    for (int i = 0; i < layers.size(); i++) {
      ParameterLayout.Weights ours = layout.weights().get(i);
      int end = ours.weights() + ours.in() * ours.out();
      updater.add(
          layers.get(i),
          new Range(ours.weights(), end),
          ours.hasBias() ? Optional.of(new Range(end, end + ours.out())) : Optional.empty());
    }
    return Conditioned.rule(rule, updater.clips, updater.penalties);
  }

  private void add(BaseLayer layer, Range weights, Optional<Range> bias) {
    GradientNormalization kind = layer.getGradientNormalization();
    if (kind != null && kind != GradientNormalization.None) {
      Range all = new Range(weights.from(), bias.orElse(weights).to());
      List<Range> each = new ArrayList<>(List.of(weights));
      bias.ifPresent(each::add);
      double threshold = layer.getGradientNormalizationThreshold();
      switch (kind) {
        case ClipElementWiseAbsoluteValue -> clip(Clip.Kind.VALUE, threshold, List.of(all));
        case ClipL2PerLayer -> clip(Clip.Kind.NORM, threshold, List.of(all));
        case ClipL2PerParamType -> clip(Clip.Kind.NORM, threshold, each);
        case RenormalizeL2PerLayer -> clip(Clip.Kind.UNIT_NORM, threshold, List.of(all));
        case RenormalizeL2PerParamType -> clip(Clip.Kind.UNIT_NORM, threshold, each);
        default -> throw new NotFusedException("it has gradient normalization " + kind);
      }
    }
    penalize(layer.getRegularization(), Optional.of(weights));
    penalize(layer.getRegularizationBias(), bias);
  }

  private void clip(Clip.Kind kind, double threshold, List<Range> ranges) {
    ranges.forEach(range -> clips.add(new Clip(kind, threshold, range)));
  }

  private void penalize(List<Regularization> regularizations, Optional<Range> range) {
    if (regularizations == null || regularizations.isEmpty()) {
      return;
    }
    Range of =
        range.orElseThrow(
            () -> new NotFusedException("it has regularization of a bias before normalization"));
    Map<Penalty.Kind, Double> sums = new EnumMap<>(Penalty.Kind.class);
    for (Regularization each : regularizations) {
      sums.merge(kind(each), coefficient(each), Double::sum);
    }
    sums.forEach((kind, coefficient) -> penalties.add(new Penalty(kind, coefficient, of)));
  }

  private static Penalty.Kind kind(Regularization regularization) {
    if (regularization instanceof L2Regularization) {
      return Penalty.Kind.L2;
    }
    if (regularization instanceof WeightDecay decay) {
      return decay.isApplyLR() ? Penalty.Kind.DECAY : Penalty.Kind.FIXED_DECAY;
    }
    throw unsupported(regularization);
  }

  private static double coefficient(Regularization regularization) {
    ISchedule schedule =
        regularization instanceof L2Regularization l2
            ? l2.getL2()
            : ((WeightDecay) regularization).getCoeff();
    if (!(schedule instanceof FixedSchedule)) {
      throw unsupported(regularization);
    }
    return schedule.valueAt(0, 0);
  }

  private static NotFusedException unsupported(Regularization regularization) {
    return new NotFusedException(
        "it has regularization %s; the fused engine supports L2 and weight decay without a schedule"
            .formatted(regularization));
  }
}
