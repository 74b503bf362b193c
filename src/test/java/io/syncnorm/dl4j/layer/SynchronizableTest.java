package io.syncnorm.dl4j.layer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lengths of vectors, none of which is allocated here. */
class SynchronizableTest {
  @Test
  void shouldAcceptVectorsThatCanBeCopied() {
    Synchronizable.requireCopyable(0, 0);
    Synchronizable.requireCopyable(536_870_911, 536_870_911);
  }

  @ParameterizedTest
  @CsvSource({"536870912, 0", "300000000, 600000000", "4000000000, 8000000000"})
  void shouldRefuseLongerVectors(long parameters, long state) {
    assertEquals(
        "the network is too large to be copied out of ND4J: expected at most 536870911 values each, found parameters="
            + parameters
            + " and updater state="
            + state
            + "; make its layers narrower, or use an updater with less state",
        assertThrows(
                IllegalArgumentException.class,
                () -> Synchronizable.requireCopyable(parameters, state))
            .getMessage());
  }
}
