package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.SharedMemoryWorld;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Rows;
import io.syncnorm.data.idx.IdxBytes;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Small data sets, and worlds whose ranks are threads, for tests. */
public final class Worlds {
  static final int SIDE = 5;
  static final int INPUTS = SIDE * SIDE;
  static final int CLASSES = 3;

  private Worlds() {}

  /** Images whose brightness pattern depends on their class, with noise. */
  static LabelledImages images(int count, long seed) {
    Random random = new Random(seed);
    byte[] pixels = new byte[count * INPUTS];
    byte[] labels = new byte[count];
    for (int row = 0; row < count; row++) {
      labels[row] = (byte) random.nextInt(CLASSES);
      for (int k = 0; k < INPUTS; k++) {
        int signal = k % CLASSES == labels[row] ? 90 : 30;
        pixels[row * INPUTS + k] = (byte) (signal + random.nextInt(100));
      }
    }
    return new LabelledImages(IdxBytes.grey(count, SIDE, SIDE, pixels), labels, List.of());
  }

  static Configuration configuration(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "data.classes=" + CLASSES,
                "model.hidden=[12,8]",
                "training.batch-size=4",
                "training.wait-timeout=20s"));
    all.addAll(Arrays.asList(overrides));
    return ConfigLoader.load(List.of(), all);
  }

  /** A shard of the rows at these positions. */
  static Shard shard(int rank, int world, LabelledImages images, int[] rows, Rows test) {
    return new Shard(rank, world, RowStore.of(images.rows().pick(rows)), RowStore.of(test));
  }

  /** The result of one world's training. */
  public record Trained(Snapshot snapshot, List<EpochResult> epochs) {}

  /** Trains every shard as a rank of one world; all ranks end with the same model. */
  static Trained train(Configuration configuration, List<Shard> shards) throws Exception {
    return train(configuration, shards, Snapshot.fresh(configuration, INPUTS));
  }

  /** Trains every shard as {@link #train(Configuration, List)}, from a snapshot. */
  public static Trained train(Configuration configuration, List<Shard> shards, Snapshot start)
      throws Exception {
    return train(configuration, shards, TraineeMaker.CONFIGURED, start);
  }

  /** Trains every shard with the trainees of a maker, from a snapshot. */
  public static Trained train(
      Configuration configuration, List<Shard> shards, TraineeMaker maker, Snapshot start)
      throws Exception {
    return train(
        configuration,
        shards,
        RankGroup.each(shards.size()),
        maker,
        rank -> start,
        (rank, epochs) -> (result, snapshot) -> epochs.add(result),
        List.of());
  }

  /**
   * Trains every shard as {@link #train(Configuration, List)}.
   *
   * @param hosts the ranks of each host, which compute in turns
   */
  static Trained train(Configuration configuration, List<Shard> shards, List<RankGroup> hosts)
      throws Exception {
    Snapshot start = Snapshot.fresh(configuration, INPUTS);
    return train(
        configuration,
        shards,
        hosts,
        TraineeMaker.CONFIGURED,
        rank -> start,
        (rank, epochs) -> (result, snapshot) -> epochs.add(result),
        List.of());
  }

  /** Creates what a rank reports to, given the list of results to fill. */
  interface Listeners {
    EpochReport.Listener of(int rank, List<EpochResult> epochs);
  }

  /**
   * Trains every shard.
   *
   * @param starts the snapshot that each rank starts from
   * @param history results of the epochs before
   */
  static Trained train(
      Configuration configuration,
      List<Shard> shards,
      IntFunction<Snapshot> starts,
      Listeners listeners,
      List<EpochResult> history)
      throws Exception {
    List<RankGroup> hosts = RankGroup.each(shards.size());
    return train(configuration, shards, hosts, TraineeMaker.CONFIGURED, starts, listeners, history);
  }

  private static Trained train(
      Configuration configuration,
      List<Shard> shards,
      List<RankGroup> hosts,
      TraineeMaker maker,
      IntFunction<Snapshot> starts,
      Listeners listeners,
      List<EpochResult> history)
      throws Exception {
    StepPlan plan = StepPlan.of(shards, configuration.get(Keys.BATCH_SIZE));
    SharedMemoryWorld world =
        new SharedMemoryWorld(shards.size(), hosts, configuration.get(Keys.WAIT_TIMEOUT));
    List<EpochResult> epochs = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(shards.size());
    try {
      List<Future<Snapshot>> ranks = new ArrayList<>();
      for (Shard shard : shards) {
        ranks.add(
            threads.submit(
                () -> {
                  try (Communicator end = world.communicator(shard.rank())) {
                    try {
                      end.awaitLoaded(configuration.get(Keys.LOAD_TIMEOUT)); // has its turn then
                      RankTraining training =
                          new RankTraining(
                              configuration, shard, plan, maker, starts.apply(shard.rank()), end);
                      training.run(listeners.of(shard.rank(), epochs), history);
                      return training.snapshot();
                    } catch (RuntimeException e) {
                      end.abort(e);
                      throw e;
                    }
                  }
                }));
      }
      List<Snapshot> snapshots = new ArrayList<>();
      for (Future<Snapshot> rank : ranks) {
        snapshots.add(rank.get());
      }
      for (Snapshot snapshot : snapshots) {
        assertEquals(
            Arrays.hashCode(snapshots.get(0).parameters()),
            Arrays.hashCode(snapshot.parameters()),
            "all ranks end with the same parameters");
      }
      return new Trained(snapshots.get(0), epochs);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }
}
