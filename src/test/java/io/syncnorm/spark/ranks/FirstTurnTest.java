package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.LocalSpark;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests ranks that share a host whose first rank does not finish loading. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class FirstTurnTest {
  private static final int WORLD = 3;
  private static final Duration LOADING = Duration.ofMillis(300);

  @Test
  void shouldEndTheAttemptAndNameTheRankThatHangs() {
    Configuration configuration =
        Configuration.defaults().with(Keys.LOAD_TIMEOUT, LOADING).with(Keys.MAX_ATTEMPTS, 1);
    try (JavaSparkContext spark = LocalSpark.start("FirstTurnTest", 1)) {
      ProgramWork work = new ProgramWork(WORLD, (membership, rows) -> load(membership));
      RankFailedException failed =
          assertThrows(
              RankFailedException.class, () -> new RankStage(spark, configuration).run(work));
      assertEquals(RankFailedException.Reason.LOST, failed.reason());
      assertTrue(
          failed
              .getMessage()
              .contains(
                  "no answer within 3 x training.load-timeout = 300 ms (3 ranks share a slot) at"
                      + " the end of loading: rank 0 is late, never seen"),
          failed.getMessage());
    }
  }

  /** The first rank hangs where it loads. */
  private static void load(Membership membership) throws InterruptedException {
    if (membership.communicator().rank() == 0) {
      Thread.sleep(TimeUnit.HOURS.toMillis(1));
    }
    membership.communicator().awaitLoaded(LOADING);
  }
}
