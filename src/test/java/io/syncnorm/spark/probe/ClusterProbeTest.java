package io.syncnorm.spark.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Shape;
import io.syncnorm.plan.Cluster;
import io.syncnorm.plan.Crowd;
import io.syncnorm.plan.MeasuredSteps;
import io.syncnorm.plan.StepCost;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.train.PlanException;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Probes a cluster that has no two executors; ClusterSubmissionIT probes one that has. */
@Timeout(60)
class ClusterProbeTest {
  private static final Shape ROWS = Shape.dense(16, Shape.Kind.FLOATS, false, 100);

  private static final Cluster CLUSTER = new Cluster(1, 1, 1, LinkCost.TYPICAL);

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start("ClusterProbeTest", 2);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private static Configuration configuration() {
    return Configuration.defaults().with(Keys.CLASSES, 3).with(Keys.HIDDEN, List.of(4));
  }

  @Test
  void shouldRefuseLocalMode() {
    SlotsException refused =
        assertThrows(SlotsException.class, () -> ClusterProbe.of(spark, Configuration.defaults()));
    assertTrue(refused.getMessage().contains("found executors=0"), refused.getMessage());
  }

  @Test
  void shouldSayThatBothRanksRanInOneExecutor() {
    ClusterProbe probe = new ClusterProbe(spark, List.of("127.0.0.1", "127.0.0.1"));
    SlotsException refused =
        assertThrows(
            SlotsException.class, () -> probe.measure(configuration(), ROWS, CLUSTER, List.of(2)));
    assertTrue(refused.getMessage().contains("executor=driver"), refused.getMessage());
    assertTrue(refused.getMessage().contains("--latency and --bandwidth"), refused.getMessage());
  }

  @Test
  void shouldRefuseTooLargeMiniBatchesBeforeItMeasures() {
    ClusterProbe probe = new ClusterProbe(spark, List.of("a", "b"));
    Configuration large = configuration().with(Keys.BATCH_SIZE, Integer.MAX_VALUE);
    assertThrows(PlanException.class, () -> probe.measure(large, ROWS, CLUSTER, List.of(2)));
  }

  @Test
  void shouldReportWhatWasMeasured() {
    ProbeReport second =
        new ProbeReport(
            "12", "10.0.0.7", Optional.of(new LinkCost(1e-6, 2e-6, 3e9)), Optional.empty());
    assertEquals(second, ProbeReport.decode(second.encode()));
    MeasuredSteps steps =
        new MeasuredSteps(
            "executor 12 on 10.0.0.7",
            8,
            List.of(
                new MeasuredSteps.Step(new Crowd(4, 4), new StepCost(1e-3, 2e-6, 3e-3)),
                new MeasuredSteps.Step(new Crowd(16, 16), new StepCost(2e-3, 3e-6, 0))));
    ProbeReport first =
        new ProbeReport(second.executor(), second.machine(), second.network(), Optional.of(steps));
    assertEquals(first, ProbeReport.decode(first.encode()));
    ProbeReport alone = new ProbeReport("driver", "localhost", Optional.empty(), Optional.empty());
    assertEquals(alone, ProbeReport.decode(alone.encode()));
    assertThrows(IllegalArgumentException.class, () -> ProbeReport.decode(new byte[1]));
  }
}
