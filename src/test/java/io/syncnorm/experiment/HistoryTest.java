package io.syncnorm.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.registry.Registry;
import io.syncnorm.spark.ScalaCollections;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.history.FsHistoryProvider;
import org.apache.spark.deploy.history.LoadedAppUI;
import org.apache.spark.status.api.v1.JobData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** Tests a run's event log in Spark's history server. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HistoryTest {
  private static final String GROUP = "cell-1";

  @TempDir Path folder;
  @TempDir Path logs;

  @Test
  void shouldShowALineForEachRunAndEpoch() throws InterruptedException {
    Configuration configuration =
        ConfigLoader.load(
            List.of(),
            List.of(
                "data.limit-train=200",
                "data.limit-test=100",
                "model.hidden=[8]",
                "training.world=2",
                "training.epochs=2"));
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("HistoryTest")
            .set("spark.ui.enabled", "false")
            .set("spark.eventLog.enabled", "true")
            .set("spark.eventLog.dir", logs.toUri().toString())
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    String application;
    try (JavaSparkContext spark = new JavaSparkContext(conf);
        SharedData data = new SharedData(spark)) {
      application = spark.sc().applicationId();
      spark.setJobGroup(GROUP, "seed=1", true);
      new TrainingRun(
              spark, data, Registry.of(folder), RunOrigin.of("train"), configuration, List.of())
          .run(List.of(ModelPlan.of(configuration)), List.of(), folder, new ResumeMode.Auto());
    }

    List<JobData> jobs = jobs(application);
    List<String> lines = jobs.stream().map(job -> job.description().get()).toList();
    assertEquals(6, lines.size(), lines.toString());
    assertEquals("seed=1, reading rows", lines.get(0));
    assertEquals("seed=1, dealing rows", lines.get(1));
    assertEquals("seed=1, with-bn: 2 epochs on 2 ranks", lines.get(2));
    assertLine(
        "seed=1, with-bn: epoch 1 of 2, test accuracy 0\\.\\d{4}, \\d+\\.\\d\\d s", lines.get(3));
    assertLine(
        "seed=1, with-bn: epoch 2 of 2, test accuracy 0\\.\\d{4}, \\d+\\.\\d\\d s", lines.get(4));
    assertEquals("seed=1, with-bn: evaluation", lines.get(5));
    for (JobData job : jobs) {
      assertEquals("SUCCEEDED", job.status().toString());
      assertEquals(Option.apply(GROUP), job.jobGroup());
    }
  }

  private static void assertLine(String expected, String found) {
    assertTrue(found.matches(expected), found);
  }

  private List<JobData> jobs(String application) throws InterruptedException {
    FsHistoryProvider history =
        new FsHistoryProvider(
            new SparkConf().set("spark.history.fs.logDirectory", logs.toUri().toString()));
    try {
      history.checkForLogs();
      Option<LoadedAppUI> pages = history.getAppUI(application, Option.empty());
      while (pages.isEmpty()) { // the server reads logs on its own thread
        Thread.sleep(20);
        pages = history.getAppUI(application, Option.empty());
      }
      return ScalaCollections.javaList(pages.get().ui().store().jobsList(null)).stream()
          .sorted(Comparator.comparingInt(JobData::jobId))
          .toList();
    } finally {
      history.stop();
    }
  }
}
