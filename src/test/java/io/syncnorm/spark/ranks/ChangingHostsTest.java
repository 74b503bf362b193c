package io.syncnorm.spark.ranks;

import static io.syncnorm.spark.ranks.SmallTraining.Ended.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.Slow;
import io.syncnorm.spark.LocalSpark;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a run which moves to other hosts at its merges trains the model of one that stays. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ChangingHostsTest {
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start("ChangingHostsTest", 3);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.averaging.every=3 steps",
        "training.averaging.every=3 steps;training.averaging.optimizer-state=keep",
        "training.averaging.merge=gradients;model.batch-norm.sync=group(2)",
      })
  void shouldMoveInsideAnEpochToTheSameModel(String settings) throws IOException {
    String[] all = ("training.epochs=2;" + settings).split(";");
    SmallTraining moved = new SmallTraining(all);
    ScriptedHosts moving = new ScriptedHosts(1, 3, 2);
    SmallTraining.Ended found = run(moved, moving);
    assertEquals(List.of(1, 3, 2), moving.started());
    assertEquals(2, moved.inside().size(), "each pause was inside an epoch: " + moved.inside());
    assertSame(run(new SmallTraining(all), new ScriptedHosts(3)), found);
  }

  /**
   * Without merges inside an epoch ranks move at its end. There are several epochs, because one may
   * end before the ranks are asked.
   */
  @Slow
  @Test
  void shouldMoveAtTheEndOfAnEpoch() throws IOException {
    String[] settings = {"training.averaging.every=epoch", "training.epochs=20"};
    SmallTraining moved = new SmallTraining(settings);
    ScriptedHosts moving = new ScriptedHosts(2, 3);
    SmallTraining.Ended found = run(moved, moving);
    assertEquals(List.of(2, 3), moving.started());
    assertEquals(List.of(), moved.inside());
    assertSame(run(new SmallTraining(settings), new ScriptedHosts(3)), found);
  }

  private static SmallTraining.Ended run(SmallTraining training, ScriptedHosts hosts) {
    hosts.run(spark, training.configuration(), training.work()).states().release();
    return training.ended();
  }
}
