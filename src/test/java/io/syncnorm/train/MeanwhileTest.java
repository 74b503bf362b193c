package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.SoloCommunicator;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.data.shard.StepPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Work that is done while ranks exchange. */
class MeanwhileTest {
  @Test
  void shouldComputeFirstAndThenLoadWhileThereIsTime() {
    List<String> done = new ArrayList<>();
    StatisticsExchange.Meanwhile meanwhile =
        new StatisticsExchange.Meanwhile(
            () -> {
              done.add("load");
              return done.size() < 3;
            });
    meanwhile.start(() -> done.add("compute"));
    assertTrue(meanwhile.getAsBoolean());
    assertTrue(meanwhile.getAsBoolean());
    assertFalse(meanwhile.getAsBoolean());
    meanwhile.finish();
    assertEquals(List.of("compute", "load", "load"), done);
  }

  @Test
  void shouldComputeAtTheEndWhatThereWasNoTimeFor() {
    List<String> done = new ArrayList<>();
    StatisticsExchange.Meanwhile meanwhile =
        new StatisticsExchange.Meanwhile(() -> done.add("load"));
    meanwhile.start(() -> done.add("first"));
    meanwhile.finish();
    meanwhile.start(() -> done.add("second"));
    meanwhile.finish();
    assertEquals(List.of("first", "second"), done);
  }

  /** Of a rank that waits as often as it works, and of one that never waits. */
  @ParameterizedTest
  @CsvSource({"parameters, epoch", "parameters, once", "gradients, epoch"})
  void shouldTrainTheSameModelHoweverLongARankWaits(String merge, String shuffle) {
    Configuration configuration =
        Worlds.configuration(
            "training.epochs=3",
            "training.batch-size=40",
            "training.averaging.merge=" + merge,
            "training.shuffle=" + shuffle);
    Snapshot never = train(configuration, new SoloCommunicator());
    for (int seed = 0; seed < 3; seed++) {
      Snapshot often = train(configuration, new Waiting(seed));
      assertArrayEquals(never.parameters(), often.parameters());
      assertArrayEquals(never.statistics(), often.statistics());
    }
  }

  private static Snapshot train(Configuration configuration, Communicator communicator) {
    LabelledImages images = Worlds.images(203, 1);
    Shard shard = Sharding.deal(images.rows(), images.rows(), 1, 42, Dealing.SHUFFLED).get(0);
    RankTraining training =
        new RankTraining(
            configuration,
            shard,
            StepPlan.of(List.of(shard), 40),
            TraineeMaker.CONFIGURED,
            Snapshot.fresh(configuration, Worlds.INPUTS),
            communicator);
    training.run((result, snapshot) -> {}, List.of());
    return training.snapshot();
  }

  /** The only rank of a world, which works in its exchanges. */
  private record Waiting(Random random) implements Communicator {
    Waiting(int seed) {
      this(new Random(seed));
    }

    @Override
    public int rank() {
      return 0;
    }

    @Override
    public int world() {
      return 1;
    }

    @Override
    public int hosts() {
      return 1;
    }

    @Override
    public void allReduce(
        long tag,
        double[] values,
        RankGroup group,
        BiConsumer<double[], double[]> fold,
        BooleanSupplier meanwhile) {
      for (int parts = random.nextInt(4); parts > 0 && meanwhile.getAsBoolean(); ) {
        parts--;
      }
    }

    @Override
    public double weightedMean(long tag, List<float[]> vectors, double weight) {
      return weight;
    }

    @Override
    public void awaitLoaded(Duration timeout) {}

    @Override
    public void abort(Throwable cause) {}

    @Override
    public long runningNanos() {
      return System.nanoTime();
    }

    @Override
    public ExchangeTimes times() {
      return new ExchangeTimes(0, 0);
    }

    @Override
    public void close() {}
  }
}
