package io.syncnorm.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.ConfigLoader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongEpochsTest {
  @ParameterizedTest
  @CsvSource({
    "1000, 1, epoch, parameters, false",
    "1001, 1, epoch, parameters, true",
    "1001, 1, 20 steps, parameters, true",
    "1001, 500 steps, 20 steps, parameters, false",
    "1001, 5m, 20 steps, parameters, false",
    "1001, 5m, 2000 steps, parameters, true",
    "100, 5m, epoch, parameters, true",
    "100, 5m, epoch, gradients, false",
    "1001, 2, epoch, gradients, true"
  })
  void shouldNameWhatALossCosts(
      int steps, String checkpoints, String averaging, String merge, boolean isNamed) {
    var configuration =
        ConfigLoader.load(
            List.of(),
            List.of(
                "data.classes=3",
                "checkpoint.every=" + checkpoints,
                "training.averaging.every=" + averaging,
                "training.averaging.merge=" + merge));
    assertEquals(isNamed, LongEpochs.remark(configuration, steps).isPresent());
  }
}
