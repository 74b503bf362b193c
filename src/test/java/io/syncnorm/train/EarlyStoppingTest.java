package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EarlyStoppingTest {
  private static final Configuration PATIENT =
      Configuration.defaults().with(Keys.EARLY_STOPPING, 2);

  @Test
  void shouldStopAfterTheConfiguredEpochsWithoutALowerLoss() {
    EarlyStopping stopping = new EarlyStopping(PATIENT, List.of());
    assertEquals(0, stopping.bestEpoch());
    double[] losses = {3, 4, 2, 2};
    for (int epoch = 1; epoch <= losses.length; epoch++) {
      stopping.add(result(epoch, losses[epoch - 1]));
      assertFalse(stopping.hasStopped(), "epoch=" + epoch);
    }
    stopping.add(result(5, 2)); // equal is not lower
    assertTrue(stopping.hasStopped());
    assertEquals(3, stopping.bestEpoch());
  }

  @Test
  void shouldTreatAHistoryLikeAddedEpochs() {
    List<EpochResult> history = List.of(result(1, 1), result(2, 3));
    EarlyStopping stopping = new EarlyStopping(PATIENT, history);
    assertFalse(stopping.hasStopped());
    stopping.add(result(3, 2));
    assertTrue(stopping.hasStopped());
    assertEquals(1, stopping.bestEpoch());
  }

  @Test
  void shouldNeverStopByDefaultAndReturnTheLastEpoch() {
    List<EpochResult> history = new ArrayList<>();
    for (int epoch = 1; epoch <= 50; epoch++) {
      history.add(result(epoch, epoch < 50 ? epoch : Double.NaN));
    }
    EarlyStopping stopping = new EarlyStopping(Configuration.defaults(), history);
    assertFalse(stopping.hasStopped());
    assertEquals(50, stopping.bestEpoch());
  }

  private static EpochResult result(int epoch, double testLoss) {
    return new EpochResult(
        epoch,
        0,
        0,
        testLoss,
        0,
        1,
        new EpochResult.Times(1, 0, 0, 0, 0),
        new EpochResult.Exchanges(0, 0),
        new EpochResult.Score(0, 0),
        List.of());
  }
}
