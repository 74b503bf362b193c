package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.submit.StandaloneCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kills executors under dynamic allocation, on Spark's Master and Workers. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GangIT {
  private static final int WORLD = 4;
  private static final int WORKERS = 2;
  private static final Duration PATIENT = Duration.ofSeconds(60);

  @TempDir private static Path folder;
  private static StandaloneCluster cluster;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    cluster = StandaloneCluster.start(folder.resolve("cluster"), WORKERS);
    Path target = Path.of(System.getProperty("syncnorm.basedir"), "target");
    spark =
        new JavaSparkContext(
            LocalSpark.conf("GangIT", 1)
                .setMaster(cluster.master())
                .set(
                    "spark.executor.extraClassPath",
                    jobJar(target) + ":" + target + "/test-classes")
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

  private static Path jobJar(Path target) throws IOException {
    try (Stream<Path> files = Files.list(target)) {
      return files.filter(path -> path.toString().endsWith("-job.jar")).findFirst().orElseThrow();
    }
  }

  /** One more executor may come, so slots are still counted when both are there. */
  @Test
  void shouldCountSlotsAgainIfAnExecutorIsLostMeanwhile() throws Exception {
    assertEquals(WORKERS + 1, TaskSlots.settled(spark, PATIENT), "training.world = auto");
    Work work = new Work(0);
    CompletableFuture<Void> run = CompletableFuture.runAsync(() -> run(work));
    await(WORKERS);
    killAnExecutor();
    run.get();
    assertEquals(1, work.attempts.get());
    assertFalse(TaskSlots.areBusy(spark));
  }

  @Test
  void shouldRestartOnTheSlotsThatAreLeft() throws Exception {
    Work work = new Work(1);
    CompletableFuture<Void> run = CompletableFuture.runAsync(() -> run(work));
    while (work.reports.get() == 0) {
      Thread.sleep(20);
    }
    killAnExecutor();
    run.get();
    assertEquals(2, work.attempts.get());
    assertFalse(TaskSlots.areBusy(spark));
  }

  private static void run(Work work) {
    new RankStage(
            spark,
            Configuration.defaults().with(Keys.MIN_SLOTS, 1).with(Keys.SLOT_TIMEOUT, PATIENT))
        .run(work);
  }

  private static void await(int slots) throws InterruptedException {
    while (TaskSlots.available(spark) < slots) {
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

  /** Work of four ranks without rows, of which some attempts do not end. */
  private static final class Work implements RankWork<Integer> {
    private final int hanging;
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger reports = new AtomicInteger();

    Work(int hanging) {
      this.hanging = hanging;
    }

    @Override
    public String description() {
      return "four ranks";
    }

    @Override
    public RankRows<Integer> rows() {
      return RankRows.none(WORLD);
    }

    @Override
    public Program<Integer> program(JavaSparkContext context) {
      return new Meeting(attempts.incrementAndGet() <= hanging ? PATIENT.toMillis() : 0);
    }

    @Override
    public int maxReportBytes() {
      return 1;
    }

    @Override
    public void reported(int rank, byte[] payload) {
      reports.incrementAndGet();
    }

    @Override
    public boolean isComplete() {
      return false;
    }

    @Override
    public long snapshots() {
      return 0;
    }

    @Override
    public String progress() {
      return "in attempt " + attempts;
    }
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
        membership.driver().report(new byte[1]);
      }
      membership.communicator().awaitLoaded(PATIENT);
      Thread.sleep(millis / 2);
      membership.communicator().awaitLoaded(PATIENT);
    }
  }
}
