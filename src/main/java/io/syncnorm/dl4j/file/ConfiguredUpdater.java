package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.StepSchedule;

/**
 * The configured optimizer in DL4J's terms, for those who train a model further in DL4J. What DL4J
 * does not have is left out: a cosine, a warm-up over epochs (then the rate is constant or that of
 * the schedule alone), and limits on the gradient of all layers together.
 */
final class ConfiguredUpdater {
  private ConfiguredUpdater() {}

  static IUpdater of(Configuration run) {
    double learningRate = run.get(Keys.LEARNING_RATE);
    double epsilon = run.get(Keys.OPTIMIZER_EPSILON);
    IUpdater updater =
        switch (run.get(Keys.OPTIMIZER_TYPE)) {
          case ADAM, ADAMW ->
              new Adam(learningRate, run.get(Keys.BETA1), run.get(Keys.BETA2), epsilon);
          case SGD -> new Sgd(learningRate);
          case NESTEROV -> new Nesterovs(learningRate, run.get(Keys.OPTIMIZER_MOMENTUM));
          case RMSPROP -> new RmsProp(learningRate, run.get(Keys.RMS_DECAY), epsilon);
        };
    boolean isConstant = run.get(Keys.SCHEDULE_TYPE) == Keys.ScheduleType.CONSTANT;
    boolean warmsUp = run.get(Keys.WARM_UP) instanceof Period.EverySteps;
    if (!isConstant || warmsUp) {
      updater.setLrAndSchedule(learningRate, schedule(run));
    }
    return updater;
  }

  private static ISchedule schedule(Configuration run) {
    double rate = run.get(Keys.LEARNING_RATE);
    double factor = run.get(Keys.SCHEDULE_FACTOR);
    Period every = run.get(Keys.SCHEDULE_EVERY);
    ScheduleType unit =
        every instanceof Period.EverySteps ? ScheduleType.ITERATION : ScheduleType.EPOCH;
    int length =
        every instanceof Period.EverySteps steps
            ? steps.steps()
            : ((Period.EveryEpochs) every).epochs();
    ISchedule schedule =
        switch (run.get(Keys.SCHEDULE_TYPE)) {
          case CONSTANT, COSINE -> new FixedSchedule(rate);
          case STEP -> new StepSchedule(unit, rate, factor, length);
          case EXPONENTIAL -> new ExponentialSchedule(unit, rate, Math.pow(factor, 1.0 / length));
        };
    return run.get(Keys.WARM_UP) instanceof Period.EverySteps steps
        ? new RampSchedule(schedule, steps.steps())
        : schedule;
  }

  /** Penalties on the weights of each layer; may be empty. */
  static List<Regularization> regularization(Configuration run) {
    List<Regularization> all = new ArrayList<>();
    if (run.get(Keys.L2) > 0) {
      all.add(new L2Regularization(run.get(Keys.L2)));
    }
    if (run.get(Keys.WEIGHT_DECAY) > 0) {
      all.add(new WeightDecay(run.get(Keys.WEIGHT_DECAY), true));
    }
    return all;
  }
}
