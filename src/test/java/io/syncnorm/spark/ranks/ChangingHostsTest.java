package io.syncnorm.spark.ranks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.RankRows;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import io.syncnorm.train.state.Position;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private static final int WORLD = 6;
  private static final int ROWS = 16_000;
  private static final int INPUTS = 4;
  private static final int CLASSES = 3;
  private static final int EPOCHS = 2;

  /** Static, because tasks get copies of other objects. */
  private static final List<Shard> SHARDS =
      Sharding.deal(rows(ROWS, 1), rows(50, 2), WORLD, 42, Dealing.SHUFFLED);

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
    Configuration configuration = configuration(settings.split(";"));
    ScriptedHosts moving = new ScriptedHosts(1, 3, 2);
    Run moved = new Run(configuration, moving);
    assertEquals(List.of(1, 3, 2), moving.started());
    assertEquals(2, moved.inside.size(), "each pause was inside an epoch: " + moved.inside);
    assertSame(new Run(configuration, new ScriptedHosts(3)), moved);
  }

  /**
   * Without merges inside an epoch ranks move at its end. There are several epochs, because one may
   * end before the ranks are asked.
   */
  @Test
  void shouldMoveAtTheEndOfAnEpoch() throws IOException {
    Configuration configuration =
        configuration("training.averaging.every=epoch", "training.epochs=20");
    ScriptedHosts moving = new ScriptedHosts(2, 3);
    Run moved = new Run(configuration, moving);
    assertEquals(List.of(2, 3), moving.started());
    assertEquals(List.of(), moved.inside);
    assertSame(new Run(configuration, new ScriptedHosts(3)), moved);
  }

  private static void assertSame(Run expected, Run found) throws IOException {
    assertArrayEquals(encoded(expected.trained.latest()), encoded(found.trained.latest()));
    assertEquals(losses(expected), losses(found));
  }

  private static List<Double> losses(Run run) {
    assertEquals(run.trained.latest().epoch(), run.trained.history().size());
    return run.trained.history().stream().map(EpochResult::trainLoss).toList();
  }

  private static byte[] encoded(Snapshot snapshot) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    snapshot.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /** A training. */
  private static final class Run {
    private final List<Position> inside = new CopyOnWriteArrayList<>();
    private final Progress trained;

    Run(Configuration configuration, ScriptedHosts hosts) {
      Snapshot fresh = Snapshot.fresh(configuration, INPUTS);
      TrainingWork<Integer> work =
          new TrainingWork<>(
              "test",
              new Data(configuration, inside),
              new TrainingWork.Shape(configuration, 1, EpochReport.maxEncodedLength(fresh, 1)));
      work.resume(Progress.from(fresh));
      trained = hosts.run(spark, configuration, work);
      trained.states().release();
    }
  }

  private record Data(Configuration configuration, List<Position> inside)
      implements RankData<Integer> {
    @Override
    public RankRows<Integer> rows() {
      return RankRows.none(WORLD);
    }

    @Override
    public RankOpener<Integer> opener() {
      return new Opener(configuration);
    }

    @Override
    public void finished(List<EpochResult> results, Progress progress) {
      Position position = progress.latest().position();
      if (position.isInsideEpoch()) {
        inside.add(position);
      }
    }
  }

  private record Opener(Configuration configuration) implements RankOpener<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public Optional<RankTraining> open(
        Membership membership, Iterator<Integer> rows, Optional<Start> start) {
      Communicator ranks = membership.communicator();
      Snapshot from = start.orElseThrow().of(ranks.rank());
      ranks.awaitLoaded(configuration.get(Keys.LOAD_TIMEOUT));
      return Optional.of(
          new RankTraining(
              configuration,
              SHARDS.get(ranks.rank()),
              StepPlan.of(SHARDS, configuration.get(Keys.BATCH_SIZE)),
              TraineeMaker.CONFIGURED,
              from,
              ranks));
    }
  }

  private static Configuration configuration(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.classes=" + CLASSES,
                "model.hidden=[4]",
                "training.world=" + WORLD,
                "training.epochs=" + EPOCHS,
                "training.batch-size=1"));
    all.addAll(List.of(settings));
    return ConfigLoader.load(List.of(), all);
  }

  private static Rows rows(int count, long seed) {
    Random random = new Random(seed);
    float[] features = new float[count * INPUTS];
    int[] labels = new int[count];
    for (int i = 0; i < features.length; i++) {
      features[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(CLASSES);
    }
    return new Rows(INPUTS, new Features.Floats(features), labels);
  }
}
