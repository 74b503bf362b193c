package io.syncnorm.spark.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Locales;
import io.syncnorm.comm.PeerException;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.ranks.HostsEvent;
import io.syncnorm.spark.ranks.RankFailedException;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.PlanException;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.Trainee;
import io.syncnorm.train.TraineeMaker;
import io.syncnorm.train.state.Position;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The barrier job on Spark's own local mode, four slots. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ShardTrainingTest {
  private static final int SLOTS = 4;

  /** Longer than the driver waits for a rank's last report. */
  private static final long SLOW_MILLIS = 5_500;

  /** Static, so that ranks reach it in local mode. */
  private static final AtomicBoolean LOSES = new AtomicBoolean();

  private static final int LOST_AT = 21;

  private static final List<Position> STARTS = new CopyOnWriteArrayList<>();
  private static final AtomicReference<List<Position>> STORED = new AtomicReference<>();

  private static JavaSparkContext spark;

  private final LabelledImages images = images(150);

  @BeforeAll
  static void startSpark() {
    spark = LocalSpark.start("ShardTrainingTest", SLOTS);
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @Test
  void shouldTrainBitIdenticallyAndReportEveryEpoch() {
    Configuration configuration = configuration("training.epochs=3");
    List<Integer> heard = new ArrayList<>();
    Snapshot first = run(configuration, 3, heard);
    Snapshot second = run(configuration, 3, new ArrayList<>());
    assertEquals(List.of(1, 2, 3), heard);
    assertEquals(3, first.epoch());
    assertArrayEquals(first.parameters(), second.parameters());
    assertArrayEquals(first.statistics(), second.statistics());
  }

  /**
   * The ranks do not wait for it, either: they would time out waiting for the rank that reports.
   */
  @Test
  void shouldWaitAtTheEndForAStoreThatIsSlowerThanTheRanksDeadline() {
    Configuration configuration =
        configuration(
            "training.epochs=8",
            "model.hidden=[512, 512]", // 3 MB a report: connections do not hold many
            "training.wait-timeout=3s",
            "training.max-attempts=1");
    List<Integer> heard = new ArrayList<>();
    List<Snapshot> stored = new ArrayList<>();
    Snapshot last =
        run(
            configuration,
            3,
            (finished, progress) -> {
              if (heard.isEmpty()) {
                sleep(SLOW_MILLIS);
              }
              finished.forEach(result -> heard.add(result.epoch()));
              assertEquals(progress.latest().epoch(), heard.get(heard.size() - 1));
              stored.add(progress.latest());
            });
    assertEquals(8, last.epoch());
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8), heard);
    assertSame(last, stored.get(stored.size() - 1));
  }

  /** The driver has the states of all ranks after the second epoch. */
  @ParameterizedTest
  @ValueSource(strings = {"average", "keep", "reset"})
  void shouldResumeAfterALostRankWithTheOptimizerOfEveryRank(String state) {
    Configuration configuration =
        configuration("training.epochs=5", "training.averaging.optimizer-state=" + state);
    Snapshot undisturbed = run(configuration, 3, new ArrayList<>());
    List<String> heard = new ArrayList<>();
    LOSES.set(true);
    Snapshot resumed = run(configuration, 3, ShardTrainingTest::losing, listener(heard));
    assertFalse(LOSES.get(), "a rank was lost");
    assertEquals(
        List.of(
            "3 hosts after epoch 0: start",
            "epoch 1",
            "epoch 2",
            "3 hosts after epoch 2: a rank was lost",
            "epoch 3",
            "epoch 4",
            "epoch 5"),
        heard);
    assertArrayEquals(undisturbed.parameters(), resumed.parameters());
    assertArrayEquals(undisturbed.statistics(), resumed.statistics());
  }

  private static ShardTraining.Listener listener(List<String> heard) {
    return new ShardTraining.Listener() {
      @Override
      public void finished(List<EpochResult> results, Progress progress) {
        results.forEach(result -> heard.add("epoch " + result.epoch()));
      }

      @Override
      public void hosts(HostsEvent event) {
        heard.add(
            "%s hosts after %s: %s"
                .formatted(event.hosts(), new Position(event.epoch(), event.step()), event.why()));
        assertTrue(event.pause().seconds() > 0, event.toString());
      }
    };
  }

  /** A trainee whose rank 1 is lost once, at the start of the third epoch. */
  private static Trainee losing(
      Configuration configuration, Shard shard, Snapshot start, RankReduction reduction) {
    return intercepted(
        TraineeMaker.CONFIGURED.make(configuration, shard, start, reduction),
        (method, arguments) -> {
          if (method.equals("startEpoch")
              && (int) arguments[0] == 3
              && shard.rank() == 1
              && LOSES.compareAndSet(true, false)) {
            throw new PeerException("no answer");
          }
        });
  }

  /** Calls {@code before} with the name and the arguments of each call. */
  private static Trainee intercepted(Trainee trainee, BiConsumer<String, Object[]> before) {
    return (Trainee)
        Proxy.newProxyInstance(
            Trainee.class.getClassLoader(),
            new Class<?>[] {Trainee.class},
            (proxy, method, arguments) -> {
              before.accept(method.getName(), arguments);
              try {
                return method.invoke(trainee, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** What was trained since the newest snapshot is trained again, and nothing else. */
  @ParameterizedTest
  @ValueSource(strings = {"average", "keep"})
  void shouldResumeFromTheNewestSnapshotInsideAnEpoch(String state) {
    String[] settings = {
      "training.epochs=2",
      "training.batch-size=2",
      "training.averaging.every=2 steps",
      "training.averaging.optimizer-state=" + state
    };
    Snapshot undisturbed = run(configuration(settings), 3, new ArrayList<>());
    List<String> more = new ArrayList<>(List.of(settings));
    more.addAll(List.of("checkpoint.every=4 steps", "training.max-attempts=1"));
    List<Position> stored = new CopyOnWriteArrayList<>();
    STARTS.clear();
    STORED.set(stored);
    LOSES.set(true);
    Snapshot resumed =
        run(
            configuration(more.toArray(String[]::new)),
            3,
            ShardTrainingTest::losingInside,
            (finished, progress) -> stored.add(progress.latest().position()));
    assertFalse(LOSES.get(), "a rank was lost");
    assertEquals(List.of(new Position(0, 0), new Position(1, 0)), STARTS.subList(0, 2));
    Position from = STARTS.get(2);
    assertEquals(3, STARTS.size());
    assertTrue(from.step() >= 4 && from.step() <= LOST_AT, from.toString());
    assertTrue(stored.contains(from), stored + " has " + from);
    assertArrayEquals(undisturbed.parameters(), resumed.parameters());
    assertArrayEquals(undisturbed.statistics(), resumed.statistics());
  }

  /**
   * A trainee whose rank 1 is lost once, in the second epoch, when the driver has a snapshot of it.
   */
  private static Trainee losingInside(
      Configuration configuration, Shard shard, Snapshot start, RankReduction reduction) {
    int[] position = new int[2];
    return intercepted(
        TraineeMaker.CONFIGURED.make(configuration, shard, start, reduction),
        (method, arguments) -> {
          if (shard.rank() != 1) {
            return;
          }
          if (method.equals("startEpoch")) {
            position[0] = (int) arguments[0] - 1;
            position[1] = (int) arguments[1];
            STARTS.add(new Position(position[0], position[1]));
          } else if (method.equals("step") && position[0] == 1 && LOSES.get()) {
            // Steps take microseconds: the driver must have the end of the first epoch, or rank 0
            // wants no snapshot yet.
            awaitStored(position[1] < LOST_AT ? new Position(1, 0) : new Position(1, 1));
            if (position[1]++ == LOST_AT) {
              LOSES.set(false);
              throw new PeerException("no answer");
            }
          }
        });
  }

  private static void awaitStored(Position least) {
    while (STORED.get().stream().noneMatch(at -> at.compareTo(least) >= 0)) {
      sleep(1);
    }
  }

  @Test
  void shouldTrainAWorldOfOne() {
    assertEquals(1, run(configuration("training.epochs=1"), 1, new ArrayList<>()).epoch());
  }

  @Test
  void shouldSayHowManySlotsAreMissing() {
    SlotsException slots =
        assertThrows(
            SlotsException.class,
            () -> run(configuration("training.min-slots=6"), SLOTS + 1, new ArrayList<>()));
    assertTrue(
        slots
            .getMessage()
            .contains("expected slots>=5 (training.min-slots), found slots=4 on master=local[4]"),
        slots.getMessage());
  }

  @Test
  void shouldReportTheFirstCauseAndNotItsConsequences() {
    RankFailedException failed =
        assertThrows(
            RankFailedException.class,
            () ->
                run(
                    configuration(
                        "training.optimizer.type=sgd",
                        "training.optimizer.learning-rate=1e30",
                        "model.batch-norm.enabled=false"),
                    3,
                    new ArrayList<>()));
    assertEquals(RankFailedException.Reason.DIVERGED, failed.reason());
    assertTrue(failed.getMessage().startsWith("training diverged"), failed.getMessage());
    assertEquals(
        1,
        run(configuration("training.epochs=1"), 3, new ArrayList<>()).epoch(),
        "the slots are free again");
  }

  @Test
  void shouldReportAListenerThatFails() {
    Configuration configuration = configuration("training.epochs=3");
    RuntimeException full = new IllegalStateException("disk full");
    RuntimeException thrown =
        assertThrows(
            RuntimeException.class,
            () ->
                run(
                    configuration,
                    2,
                    (finished, progress) -> {
                      throw full;
                    }));
    assertSame(full, thrown);
  }

  /**
   * For every message of the ranks, which lose each other then, and all digits in Spark's message.
   */
  @ParameterizedTest
  @MethodSource("io.syncnorm.Locales#all")
  void shouldNotRestartACancelledJob(Locale locale) throws Exception {
    Locales.in(
        locale,
        () -> {
          cancelInTheSecondEpoch();
          return locale;
        });
  }

  private void cancelInTheSecondEpoch() {
    Configuration configuration = configuration("training.epochs=2000");
    AtomicInteger attempts = new AtomicInteger();
    SparkListener starts =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart job) {
            attempts.incrementAndGet();
          }
        };
    spark.sc().addSparkListener(starts);
    try {
      CancellationException cancelled =
          assertThrows(
              CancellationException.class,
              () ->
                  run(
                      configuration,
                      3,
                      (finished, progress) -> {
                        if (finished.get(0).epoch() == 2) {
                          spark.sc().cancelAllJobs();
                        }
                      }));
      assertTrue(
          cancelled.getMessage().startsWith("the training job was cancelled"),
          cancelled.getMessage());
    } finally {
      spark.sc().removeSparkListener(starts);
    }
    assertEquals(3, attempts.get(), "two that load the rows, one that trains");
  }

  @Test
  void shouldRefuseAStepOfASingleRowBeforeAnythingRuns() {
    assertThrows(
        PlanException.class,
        () -> run(configuration("training.batch-size=149"), 1, new ArrayList<>()));
  }

  private Snapshot run(Configuration configuration, int world, List<Integer> heard) {
    return run(
        configuration,
        world,
        (finished, progress) -> finished.forEach(result -> heard.add(result.epoch())));
  }

  private Snapshot run(Configuration configuration, int world, ShardTraining.Listener store) {
    return run(configuration, world, TraineeMaker.CONFIGURED, store);
  }

  private Snapshot run(
      Configuration configuration, int world, TraineeMaker maker, ShardTraining.Listener store) {
    try (DealtData data =
        GivenRows.dealt(
            spark,
            images.rows(),
            images.rows(),
            Dealing.SHUFFLED,
            world,
            configuration.get(Keys.SEED))) {
      return new ShardTraining(spark, data, maker)
          .run(
              "test",
              configuration,
              Progress.from(Snapshot.fresh(configuration, data.inputs())),
              store)
          .latest();
    }
  }

  private static Configuration configuration(String... overrides) {
    List<String> all =
        new ArrayList<>(List.of("data.classes=3", "model.hidden=[8]", "training.batch-size=16"));
    all.addAll(Arrays.asList(overrides));
    return ConfigLoader.load(List.of(), all);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static LabelledImages images(int count) {
    Random random = new Random(1);
    byte[] pixels = new byte[count * 16];
    byte[] labels = new byte[count];
    random.nextBytes(pixels);
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) random.nextInt(3);
    }
    return new LabelledImages(IdxBytes.grey(count, 4, 4, pixels), labels, List.of());
  }
}
