package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.syncnorm.Slow;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.submit.Build;
import io.syncnorm.submit.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills executors under dynamic allocation, on Spark's Master and Workers. */
@Slow
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GangIT {
  private static final int WORLD = 4;
  private static final int WORKERS = 2;

  /** Many more than it trains until it is interrupted: moving pays, however fast the machine is. */
  private static final int EPOCHS = 100_000;

  private static final Duration PATIENT = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static StandaloneCluster cluster;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    cluster = StandaloneCluster.start(folder.resolve("cluster"), WORKERS);
    spark =
        new JavaSparkContext(
            LocalSpark.conf("GangIT", 1)
                .setMaster(cluster.master())
                .set(
                    "spark.executor.extraClassPath",
                    Build.jobJar() + ":" + Build.jobJar().resolveSibling("test-classes"))
                .set("spark.executor.cores", "1")
                .set("spark.executor.memory", "512m")
                .set("spark.task.maxFailures", "1")
                .set("spark.dynamicAllocation.enabled", "true")
                .set("spark.dynamicAllocation.maxExecutors", "" + (WORKERS + 1)));
  }

  @AfterAll
  static void stop() throws IOException {
    if (spark != null) {
      spark.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  /** One more executor may come, so slots are still counted when both are there. */
  @Test
  void shouldCountSlotsAgainIfAnExecutorIsLostMeanwhile() throws Exception {
    assertEquals(WORKERS + 1, TaskSlots.settled(spark, PATIENT), "training.world = auto");
    ProgramWork work = work(0);
    CompletableFuture<Void> run = CompletableFuture.runAsync(() -> run(work));
    await(() -> TaskSlots.available(spark) == WORKERS);
    killAnExecutor();
    run.get();
    assertEquals(1, work.attempts());
    assertFalse(TaskSlots.areBusy(spark));
  }

  @Test
  void shouldRestartOnTheSlotsThatAreLeft() throws Exception {
    ProgramWork work = work(1);
    CompletableFuture<Void> run = CompletableFuture.runAsync(() -> run(work));
    await(() -> work.reports() > 0);
    killAnExecutor();
    run.get();
    assertEquals(2, work.attempts());
    assertFalse(TaskSlots.areBusy(spark));
  }

  /** The Worker starts an executor in its place, and Spark's demand for slots has not ended. */
  @Test
  void shouldSpreadOutAgainWhenTheExecutorIsBack() throws Exception {
    SmallTraining disturbed = new SmallTraining(ofEpochs(EPOCHS));
    Thread run = new Thread(() -> train(disturbed));
    run.start();
    await(() -> disturbed.isOn(WORKERS) && disturbed.ended() != null);
    killAnExecutor();
    await(() -> disturbed.isOn(WORKERS - 1));
    await(() -> disturbed.isOn(WORKERS));
    int before = disturbed.ended().epochs();
    await(() -> disturbed.ended().epochs() > before);
    run.interrupt();
    run.join();
    SmallTraining.Ended found = disturbed.ended();
    SmallTraining undisturbed = new SmallTraining(ofEpochs(found.epochs()));
    new ScriptedHosts(1)
        .run(spark, undisturbed.configuration(), undisturbed.work())
        .states()
        .release();
    SmallTraining.Ended.assertSame(undisturbed.ended(), found);
  }

  private static String[] ofEpochs(int epochs) {
    return new String[] {
      "training.epochs=" + epochs,
      "training.batch-size=16",
      "training.averaging.every=3 steps",
      "training.min-slots=1",
      "model.batch-norm.recalibrate=0"
    };
  }

  private static void train(SmallTraining training) {
    try {
      training.work().run(new RankStage(spark, training.configuration())).states().release();
    } catch (CancellationException e) {
      // The test has interrupted it.
    }
  }

  /** Work of which the first attempts do not end. */
  private static ProgramWork work(int hanging) {
    return new ProgramWork(
        RankRows.none(WORLD), attempt -> new Meeting(attempt <= hanging ? PATIENT.toMillis() : 0));
  }

  private static void run(ProgramWork work) {
    new RankStage(
            spark,
            Configuration.defaults().with(Keys.MIN_SLOTS, 1).with(Keys.SLOT_TIMEOUT, PATIENT))
        .run(work);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(20);
    }
  }

  private static void killAnExecutor() throws IOException {
    List<ProcessHandle> executors =
        cluster.processes().stream()
            .flatMap(ProcessHandle::descendants)
            .filter(each -> each.info().commandLine().orElse("").contains("ExecutorBackend"))
            .toList();
    assertFalse(executors.isEmpty(), "executors");
    executors.get(0).destroyForcibly();
  }

  /** Reports, meets all ranks, and sleeps. */
  private record Meeting(long millis) implements RankWork.Program<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public void run(Membership membership, Iterator<Integer> rows) throws Exception {
      if (SparkEnv.get().executorId().equals("driver")) {
        throw new IllegalStateException("not on an executor");
      }
      if (membership.communicator().rank() == 0) { // before others sleep, which take their turns
        membership.report(new byte[1]);
      }
      membership.communicator().awaitLoaded(PATIENT);
      Thread.sleep(millis / 2);
      membership.communicator().awaitLoaded(PATIENT);
    }
  }
}
