package io.syncnorm.comm.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.wire.Deadline;
import io.syncnorm.comm.wire.RunKey;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RehearsalTest {
  @Test
  void shouldPassAllRecords() throws GeneralSecurityException {
    assertEquals(100, Rehearsal.pass(100, Deadline.in(Duration.ofSeconds(50))));
  }

  @Test
  void shouldEndAtItsDeadline() throws GeneralSecurityException {
    Deadline deadline = Deadline.in(Duration.ofMillis(100));
    int passed = Rehearsal.pass(Integer.MAX_VALUE, deadline);
    assertTrue(deadline.isOver() && passed < Integer.MAX_VALUE, "passed=" + passed);
  }

  @Test
  void shouldBeginOnceInAProcess() {
    Rehearsal.begin(RunKey.random());
    Rehearsal.begin(RunKey.encrypted());
    Rehearsal.begin(RunKey.encrypted());
    long threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith("syncnorm-rehearsal"))
            .count();
    assertTrue(threads <= 1, "threads=" + threads);
  }
}
