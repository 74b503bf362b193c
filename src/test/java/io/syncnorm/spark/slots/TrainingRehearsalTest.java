package io.syncnorm.spark.slots;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import org.junit.jupiter.api.Test;

/** Tests that an executor can rehearse, and any number of times. */
class TrainingRehearsalTest {
  @Test
  void shouldTrainInThisProcessAlone() {
    assertDoesNotThrow(TrainingRehearsal::run);
    assertDoesNotThrow(TrainingRehearsal::run);
  }
}
