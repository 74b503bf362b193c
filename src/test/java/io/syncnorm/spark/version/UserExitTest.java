package io.syncnorm.spark.version;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class UserExitTest {
  /** Its constructor is another in each version of Spark. */
  @Test
  void shouldTellSparkTheExitCode() {
    assertEquals(4, UserExit.with(4).exitCode());
  }
}
