package io.syncnorm.dl4j.fused;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.nn.optimizer.Elapsed;
import io.syncnorm.nn.optimizer.Optimizer;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.InverseSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.linalg.schedule.SigmoidSchedule;
import org.nd4j.linalg.schedule.StepSchedule;

/** Compares update rules with ND4J's own updaters. */
class FusedUpdaterTest {
  /** Of values around one, after as many updates; float rounding alone causes about 1e-7. */
  private static final float TOLERANCE = 2e-6f;

  private static final int UPDATES = 50;
  private static final int UPDATES_PER_EPOCH = 7;
  private static final int EPOCHS_BEFORE = 2;
  private static final int LENGTH = 37;

  static Stream<IUpdater> updaters() {
    return Stream.of(
        new Adam(0.01, 0.8, 0.99, 1e-6),
        new Sgd(0.05),
        new Nesterovs(0.05, 0.9),
        new RmsProp(0.01, 0.9, 1e-6),
        new Adam(new InverseSchedule(ScheduleType.ITERATION, 0.02, 0.1, 0.7)),
        new Sgd(new SigmoidSchedule(ScheduleType.EPOCH, 0.1, 0.5, 3)),
        new Nesterovs(new StepSchedule(ScheduleType.EPOCH, 0.05, 0.5, 2), 0.9),
        new RmsProp(new ExponentialSchedule(ScheduleType.ITERATION, 0.01, 0.95)),
        new Nesterovs(new CycleSchedule(ScheduleType.ITERATION, 0.01, 0.05, 20, 4, 0.5), 0.8));
  }

  @ParameterizedTest
  @MethodSource("updaters")
  void shouldUpdateAsNd4jDoes(IUpdater config) {
    Optimizer ours = FusedUpdater.of(config, EPOCHS_BEFORE).optimizer(LENGTH);
    int slots = ours.slots().size();
    INDArray state = slots == 0 ? null : Nd4j.create(DataType.FLOAT, 1, (long) slots * LENGTH);
    GradientUpdater<?> theirs = config.instantiate(state, true);
    for (int slot = 0; slot < slots; slot++) { // RmsProp begins with epsilon
      Arrays.fill(ours.slots().get(slot), state.getFloat(0));
    }
    Random random = new Random(3);
    float[] parameters = new float[LENGTH];
    INDArray expected = Nd4j.zeros(DataType.FLOAT, 1, LENGTH);
    for (int t = 0; t < UPDATES; t++) {
      float[] gradient = new float[LENGTH];
      for (int i = 0; i < LENGTH; i++) {
        gradient[i] = (float) random.nextGaussian();
      }
      int epochs = t / UPDATES_PER_EPOCH;
      ours.moveTo(new Elapsed(epochs, t % UPDATES_PER_EPOCH, UPDATES_PER_EPOCH, t));
      ours.update(parameters, gradient, 0.5f);
      INDArray change = Nd4j.createFromArray(gradient).reshape(1, LENGTH).mul(0.5f);
      theirs.applyUpdater(change, t, EPOCHS_BEFORE + epochs);
      expected.subi(change);
    }
    for (int i = 0; i < LENGTH; i++) {
      assertEquals(expected.getFloat(i), parameters[i], TOLERANCE, "parameter " + i);
      for (int slot = 0; slot < slots; slot++) {
        float stored = state.getFloat((long) slot * LENGTH + i);
        assertEquals(stored, ours.slots().get(slot)[i], TOLERANCE, "slot " + slot);
      }
    }
  }
}
