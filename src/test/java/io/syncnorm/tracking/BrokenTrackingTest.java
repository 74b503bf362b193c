package io.syncnorm.tracking;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.experiment.RunListener.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests that failures of tracking neither fail a run nor hide why it failed. */
@Timeout(60)
class BrokenTrackingTest {
  @Test
  void shouldReportAFailedRunAfterSparkWasStopped() {
    assertDoesNotThrow(() -> new SparkMetrics().runFailed(Failure.ERROR, "Spark was stopped"));
  }

  @Test
  void shouldStopUsingAnUnreachableMlflow() {
    List<String> missing = new ArrayList<>();
    RunListener warned =
        new RunListener() {
          @Override
          public void outputFailed(String what, Exception cause) {
            missing.add(what);
          }
        };
    Mlflow mlflow =
        new Mlflow("databricks://no-such-profile", "x", Configuration.defaults(), warned);
    mlflow.runStarted(Path.of("run"), 1, 1);
    mlflow.runFailed(Failure.ERROR, "by chance");
    assertEquals(List.of("MLflow logging"), missing);
  }
}
