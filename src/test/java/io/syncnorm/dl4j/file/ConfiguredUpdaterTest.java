package io.syncnorm.dl4j.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.nn.optimizer.Elapsed;
import io.syncnorm.train.Blueprint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/** The configured optimizer in DL4J's terms. */
class ConfiguredUpdaterTest {
  private static final int STEPS_PER_EPOCH = 6;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "type=constant",
        "type=step,every=2,factor=0.5",
        "type=step,every=4 steps,factor=0.5",
        "type=exponential,every=2,factor=0.5",
        "type=exponential,every=5 steps,factor=0.5,warm-up=7 steps",
        "type=constant,warm-up=7 steps"
      })
  void shouldHaveTheSameRatesInDl4j(String schedule) {
    Configuration run =
        configuration(
            List.of(schedule.split(",")).stream()
                .map(each -> "training.optimizer.schedule." + each)
                .toArray(String[]::new));
    IUpdater theirs = ConfiguredUpdater.of(run);
    var ours = Blueprint.of(run, 3).optimizer().schedule();
    for (int t = 0; t < 5 * STEPS_PER_EPOCH; t++) {
      int epochs = t / STEPS_PER_EPOCH;
      assertEquals(
          theirs.getLearningRate(t, epochs),
          ours.rate(new Elapsed(epochs, t % STEPS_PER_EPOCH, STEPS_PER_EPOCH, t)),
          1e-12,
          "step " + t);
    }
  }

  @Test
  void shouldHaveTheSameRuleInDl4j() {
    assertEquals(
        new Nesterovs(0.001, 0.7),
        ConfiguredUpdater.of(
            configuration("training.optimizer.type=nesterov", "training.optimizer.momentum=0.7")));
    assertEquals(
        new RmsProp(0.001, 0.8, 1e-7),
        ConfiguredUpdater.of(
            configuration("training.optimizer.type=rmsprop", "training.optimizer.rms-decay=0.8")));
    Configuration adamw =
        configuration(
            "training.optimizer.type=adamw",
            "training.optimizer.weight-decay=0.1",
            "training.optimizer.l2=0.2");
    assertEquals(new Adam(0.001, 0.9, 0.999, 1e-7), ConfiguredUpdater.of(adamw));
    assertEquals(
        List.of(new L2Regularization(0.2), new WeightDecay(0.1, true)),
        ConfiguredUpdater.regularization(adamw));
  }

  private static Configuration configuration(String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("data.classes=2");
    return ConfigLoader.load(List.of(), all);
  }
}
