package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.Configuration;
import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.shard.Budget;
import io.syncnorm.data.shard.RowOrder;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.train.EpochReport.Wish;
import io.syncnorm.train.state.Arrivals;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import io.syncnorm.train.state.RankStateReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Training that resumes inside an epoch, against training that was never interrupted. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class ResumeInsideEpochTest {
  private static final int WORLD = 3;
  private static final int HIDDEN_LAYERS = 2;
  private static final String LOCAL = "model.batch-norm.sync=local";
  private static final String GROUPS = "model.batch-norm.sync=group(2)";

  @TempDir private Path folder;
  private final Rows train = Worlds.images(203, 1).rows();
  private final Rows test = Worlds.images(101, 2).rows();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "training.averaging.optimizer-state=keep",
        "training.averaging.optimizer-state=keep;" + LOCAL,
        "training.averaging.optimizer-state=reset",
        "training.averaging.outer.type=nesterov",
        "training.averaging.local-after-epoch=1;" + LOCAL,
        "training.averaging.merge=gradients",
        "training.averaging.merge=gradients;" + LOCAL,
        "training.averaging.merge=gradients;" + GROUPS,
        LOCAL,
        GROUPS,
        "model.batch-norm.recalibrate=50",
        "training.early-stopping=1",
        "training.telemetry=off",
        "training.shuffle=once",
        "training.optimizer.type=nesterov;training.optimizer.schedule.type=cosine"
            + ";training.optimizer.clip-norm=0.1;training.optimizer.schedule.warm-up=5 steps",
        "training.optimizer.type=rmsprop;training.optimizer.l2=1e-3"
            + ";training.optimizer.schedule.type=exponential;training.optimizer.schedule.every=3 steps",
        "training.averaging.merge=gradients;training.optimizer.type=adamw"
            + ";training.optimizer.weight-decay=0.1;training.optimizer.clip-value=0.01",
        "model.hidden=[128, 64];model.image=[5, 5, 1];model.layers=[{conv = 4, kernel = 3}, batch-norm, relu,"
            + " {max-pool = 2, stride = 1}, {dropout = 0.3}, {dense = 6}, batch-norm, relu]"
      })
  void shouldTrainTheSameModelFromEveryPosition(String settings) throws Exception {
    assertResumes(shards(train), settings.isEmpty() ? new String[0] : settings.split(";"));
  }

  @Test
  void shouldResumeWithWeights() throws Exception {
    float[] weights = new float[train.count()];
    for (int row = 0; row < weights.length; row++) {
      weights[row] = row % 5 / 2f;
    }
    assertResumes(shards(train.withWeights(weights)));
    assertResumes(shards(train.withWeights(weights)), "training.averaging.merge=gradients", LOCAL);
  }

  @Test
  void shouldResumeWithSparseRows() throws Exception {
    int[] starts = new int[train.count() + 1];
    int[] columns = new int[train.count() * 2];
    float[] values = new float[columns.length];
    for (int row = 0; row < train.count(); row++) {
      starts[row + 1] = 2 * row + 2;
      columns[2 * row] = train.label(row);
      columns[2 * row + 1] = 5 + row % 20;
      values[2 * row] = 1;
      values[2 * row + 1] = row % 7;
    }
    assertResumes(
        shards(
            new Rows(
                Worlds.INPUTS,
                new Features.Sparse(Worlds.INPUTS, starts, columns, values),
                IntStream.range(0, train.count()).map(train::label).toArray())));
  }

  @Test
  void shouldResumeWithRowsOnDisk() throws Exception {
    List<Shard> onDisk = new ArrayList<>();
    for (int rank = 0; rank < WORLD; rank++) {
      int first = rank;
      int[] own = IntStream.range(0, train.count()).filter(row -> row % WORLD == first).toArray();
      Rows rows = train.pick(own);
      try (RowStore.Builder builder =
          RowStore.builder(
              Shape.of(rows), RowOrder.RESHUFFLED_EACH_EPOCH, new Budget(0), () -> folder)) {
        builder.add(new Piece(Part.TRAINING, LongStream.range(0, rows.count()).toArray(), rows));
        onDisk.add(new Shard(rank, WORLD, builder.finish(), RowStore.of(test)));
      }
    }
    assertResumes(onDisk);
    onDisk.forEach(shard -> shard.training().close());
  }

  private List<Shard> shards(Rows rows) {
    return Sharding.deal(rows, test, WORLD, 42, Dealing.SHUFFLED);
  }

  /** Interrupts training at each position at which it may be, and compares what it ends with. */
  private static void assertResumes(List<Shard> shards, String... settings) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of(
                "training.epochs=2", "training.batch-size=2", "training.averaging.every=9 steps"));
    all.addAll(Arrays.asList(settings));
    Configuration configuration = Worlds.configuration(all.toArray(String[]::new));
    Snapshot fresh = Snapshot.fresh(configuration, Worlds.INPUTS);
    Worlds.Trained undisturbed = Worlds.train(configuration, shards, fresh);
    Positions positions = new Positions(configuration, fresh, Wish.REPORT);
    Worlds.Trained reporting =
        Worlds.train(configuration, shards, rank -> fresh, positions::listener, List.of());
    assertSame(undisturbed, reporting, "reports do not change the model");
    assertTrue(positions.reached.size() >= 4, "positions: " + positions.reached);
    for (Arrivals.Reached<Snapshot> from : positions.reached) {
      Snapshot merged = from.report();
      List<EpochResult> history = undisturbed.epochs().subList(0, merged.epoch());
      List<EpochResult> rest = new ArrayList<>(history);
      Worlds.Trained resumed =
          Worlds.train(
              configuration,
              shards,
              rank -> start(from, rank),
              (rank, epochs) -> (result, snapshot) -> rest.add(result),
              history);
      assertSame(
          undisturbed, new Worlds.Trained(resumed.snapshot(), rest), merged.position().toString());
      from.states().release();
    }
    assertPauses(configuration, shards, undisturbed);
  }

  /** Pauses training at each position at which it may, one after another. */
  private static void assertPauses(
      Configuration configuration, List<Shard> shards, Worlds.Trained undisturbed)
      throws Exception {
    Snapshot fresh = Snapshot.fresh(configuration, Worlds.INPUTS);
    List<EpochResult> results = new ArrayList<>();
    List<Position> pauses = new ArrayList<>();
    IntFunction<Snapshot> starts = rank -> fresh;
    while (true) {
      Positions paused = new Positions(configuration, fresh, Wish.PAUSE);
      Worlds.Trained trained =
          Worlds.train(configuration, shards, starts, paused::listener, List.copyOf(results));
      results.addAll(trained.epochs());
      if (paused.reached.isEmpty()) {
        assertSame(undisturbed, new Worlds.Trained(trained.snapshot(), results), "paused");
        assertTrue(pauses.size() >= 4, "pauses: " + pauses);
        return;
      }
      assertEquals(1, paused.reached.size(), "ranks end where they pause");
      Arrivals.Reached<Snapshot> from = paused.reached.get(0);
      pauses.add(from.report().position());
      starts = rank -> start(from, rank);
    }
  }

  private static Snapshot start(Arrivals.Reached<Snapshot> from, int rank) {
    Snapshot merged = from.report();
    return from.states().has(rank) ? merged.with(from.states().state(rank)) : merged;
  }

  private static void assertSame(Worlds.Trained expected, Worlds.Trained found, String where) {
    Snapshot one = expected.snapshot();
    Snapshot other = found.snapshot();
    assertArrayEquals(one.parameters(), other.parameters(), where);
    assertArrayEquals(one.statistics(), other.statistics(), where);
    assertArrayEquals(one.outerVelocity(), other.outerVelocity(), where);
    assertEquals(one.optimizerUpdates(), other.optimizerUpdates(), where);
    for (int slot = 0; slot < one.optimizerSlots().size(); slot++) {
      assertArrayEquals(one.optimizerSlots().get(slot), other.optimizerSlots().get(slot), where);
    }
    assertEquals(
        expected.epochs().stream().map(ResumeInsideEpochTest::untimed).toList(),
        found.epochs().stream().map(ResumeInsideEpochTest::untimed).toList(),
        where);
  }

  private static EpochResult untimed(EpochResult result) {
    return new EpochResult(
        result.epoch(),
        result.trainLoss(),
        result.trainAccuracy(),
        result.testLoss(),
        result.testAccuracy(),
        result.rows(),
        new EpochResult.Times(0, 0, 0, 0, 0),
        new EpochResult.Exchanges(0, 0),
        result.running(),
        result.layers());
  }

  /** Collects what ranks report inside epochs, as the driver does. */
  private static final class Positions {
    private final Configuration configuration;
    private final Snapshot fresh;
    private final Wish wish;
    private final Arrivals<Snapshot> arrivals = new Arrivals<>();
    private final List<Arrivals.Reached<Snapshot>> reached = new ArrayList<>();

    Positions(Configuration configuration, Snapshot fresh, Wish wish) {
      this.configuration = configuration;
      this.fresh = fresh;
      this.wish = wish;
    }

    private RankState.Shape shapeAt(Position position) {
      return fresh.at(position).besides(configuration, HIDDEN_LAYERS, WORLD);
    }

    private synchronized void collect() {
      for (var next = arrivals.poll(); next.isPresent(); next = arrivals.poll()) {
        reached.add(next.get());
      }
    }

    EpochReport.Listener listener(int rank, List<EpochResult> results) {
      return new EpochReport.Listener() {
        @Override
        public void finished(EpochResult result, Snapshot merged) {
          results.add(result);
          if (result.epoch() < 2) {
            reached(merged);
          }
        }

        @Override
        public void reached(Snapshot merged) {
          Position at = merged.position();
          arrivals.add(at, merged.copy(), shapeAt(at).count(WORLD));
          collect();
        }

        @Override
        public void keeps(Position position, RankState own) {
          RankStateReport.send(
              position, own, part -> arrivals.add(rank, part, shapeAt(position), WORLD));
          collect();
        }

        @Override
        public Wish wish(Position position) {
          return wish;
        }
      };
    }
  }
}
