package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Partition;
import io.syncnorm.config.Period;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.data.shard.RowOrder;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
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
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The plan from which the fused engine builds a network and its optimizer.
 *
 * @param remedy what the user can do when the loss diverges
 */
public record Blueprint(
    Architecture architecture, Optimizer.Rule optimizer, Updates updates, String remedy)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The steps that an optimizer counts as updates. */
  public enum Updates {
    /** The updates that the rank makes. */
    OF_RANK,
    /** The steps of all ranks. */
    OF_WORLD
  }

  /**
   * The configured network.
   *
   * @param inputs values of a row
   * @throws PlanException if the rows or the layers do not fit together
   */
  public static Blueprint of(Configuration configuration, int inputs) {
    Architecture architecture = architecture(configuration, inputs);
    return new Blueprint(
        architecture,
        rule(configuration, ParameterLayout.of(architecture)),
        Updates.OF_RANK,
        "lower training.optimizer.learning-rate or enable batch normalization");
  }

  /**
   * The configured network without its optimizer.
   *
   * @param inputs values of a row
   * @throws PlanException if the rows or the layers do not fit together
   */
  public static Architecture architecture(Configuration configuration, int inputs) {
    if (configuration.get(Keys.LAYERS).isConfigured()) {
      return ConfiguredLayers.architecture(configuration, inputs);
    }
    return Architecture.perceptron(
        inputs,
        configuration.get(Keys.HIDDEN),
        configuration.classes(),
        switch (configuration.get(Keys.ACTIVATION)) {
          case RELU -> Activation.RELU;
          case TANH -> Activation.TANH;
          case SIGMOID -> Activation.SIGMOID;
        },
        configuration.get(Keys.BATCH_NORM_ENABLED)
            ? Optional.of(
                new Layer.BatchNormalization(
                    configuration.get(Keys.BATCH_NORM_MOMENTUM),
                    configuration.get(Keys.BATCH_NORM_EPSILON)))
            : Optional.empty());
  }

  /**
   * The configured network for rows of which only the values in a mini-batch are known, which holds
   * no zeros of sparse rows.
   *
   * @param values of a row in a mini-batch
   */
  public static Architecture architectureOfBatches(Configuration configuration, int values) {
    return architecture(configuration, ConfiguredLayers.rowLength(configuration, values));
  }

  /** The rule that deals training rows to the ranks. */
  public static Dealing dealing(Configuration configuration) {
    Partition partition = configuration.get(Keys.PARTITION);
    if (partition instanceof Partition.Dirichlet dirichlet) {
      return Dealing.dirichlet(dirichlet.alpha());
    }
    return partition instanceof Partition.ByLabel ? Dealing.BY_LABEL : Dealing.SHUFFLED;
  }

  /** The mini-batches that a rank trains on, in the configured order. */
  public static MiniBatches batches(Configuration configuration, Shard shard) {
    return new MiniBatches(
        shard.training(),
        configuration.get(Keys.BATCH_SIZE),
        configuration.get(Keys.SHUFFLE) == Keys.Shuffle.EPOCH
            ? RowOrder.RESHUFFLED_EACH_EPOCH
            : RowOrder.FIXED,
        configuration.get(Keys.SEED),
        shard.rank());
  }

  /** Number of vectors that the configured optimizer keeps, however large the network is. */
  public static int optimizerSlots(Configuration configuration) {
    return rule(configuration, schedule(configuration)).slots();
  }

  /** The configured update rule, with penalties on weights only. */
  private static Optimizer.Rule rule(Configuration configuration, ParameterLayout layout) {
    Range all = new Range(0, layout.parameterCount());
    List<Clip> clips = new ArrayList<>();
    clip(clips, Clip.Kind.VALUE, configuration.get(Keys.CLIP_VALUE), all);
    clip(clips, Clip.Kind.NORM, configuration.get(Keys.CLIP_NORM), all);
    List<Penalty> penalties = new ArrayList<>();
    for (ParameterLayout.Weights layer : layout.weights()) {
      Range weights = new Range(layer.weights(), layer.weights() + layer.in() * layer.out());
      penalize(penalties, Penalty.Kind.L2, configuration.get(Keys.L2), weights);
      penalize(penalties, Penalty.Kind.DECAY, configuration.get(Keys.WEIGHT_DECAY), weights);
    }
    return Conditioned.rule(rule(configuration, schedule(configuration)), clips, penalties);
  }

  private static void clip(List<Clip> clips, Clip.Kind kind, double limit, Range range) {
    if (limit != Keys.UNLIMITED_GRADIENT) {
      clips.add(new Clip(kind, limit, range));
    }
  }

  private static void penalize(
      List<Penalty> penalties, Penalty.Kind kind, double coefficient, Range range) {
    if (coefficient > 0) {
      penalties.add(new Penalty(kind, coefficient, range));
    }
  }

  private static Optimizer.Rule rule(Configuration configuration, Schedule schedule) {
    double epsilon = configuration.get(Keys.OPTIMIZER_EPSILON);
    return switch (configuration.get(Keys.OPTIMIZER_TYPE)) {
      case ADAM, ADAMW ->
          new Adam.Rule(
              schedule, configuration.get(Keys.BETA1), configuration.get(Keys.BETA2), epsilon);
      case SGD -> new Sgd.Rule(schedule);
      case NESTEROV -> new Nesterov.Rule(schedule, configuration.get(Keys.OPTIMIZER_MOMENTUM));
      case RMSPROP -> new RmsProp.Rule(schedule, configuration.get(Keys.RMS_DECAY), epsilon);
    };
  }

  private static Schedule schedule(Configuration configuration) {
    double rate = configuration.get(Keys.LEARNING_RATE);
    double factor = configuration.get(Keys.SCHEDULE_FACTOR);
    Period every = configuration.get(Keys.SCHEDULE_EVERY);
    Schedule schedule =
        switch (configuration.get(Keys.SCHEDULE_TYPE)) {
          case CONSTANT -> new Schedule.Constant(rate);
          case STEP -> new Schedule.Step(rate, factor, length(every), unit(every));
          case EXPONENTIAL -> new Schedule.Exponential(rate, factor, length(every), unit(every));
          case COSINE ->
              new Schedule.Cosine(
                  rate,
                  configuration.get(Keys.SCHEDULE_FINAL_SHARE),
                  configuration.get(Keys.EPOCHS));
        };
    Period warmUp = configuration.get(Keys.WARM_UP);
    return warmUp.equals(Keys.NO_WARM_UP)
        ? schedule
        : new Schedule.WarmUp(schedule, length(warmUp), unit(warmUp));
  }

  private static int length(Period period) {
    return period instanceof Period.EverySteps steps
        ? steps.steps()
        : ((Period.EveryEpochs) period).epochs();
  }

  private static Schedule.Unit unit(Period period) {
    return period instanceof Period.EverySteps ? Schedule.Unit.STEPS : Schedule.Unit.EPOCHS;
  }
}
