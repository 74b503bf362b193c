package io.syncnorm.spark.slots;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.SharedMemoryWorld;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.List;

/**
 * Trains the default network on a few rows of zeros. An executor that waits for ranks does so,
 * because loading the classes of a training takes a second or more, in which all ranks of a run
 * would wait for it.
 */
final class TrainingRehearsal {
  private static final int ROWS = 8;
  private static final int INPUTS = 4;
  private static final int CLASSES = 2;

  private TrainingRehearsal() {}

  /** Trains one epoch in this process alone. */
  static void run() {
    Configuration configuration =
        Configuration.defaults().with(Keys.CLASSES, CLASSES).with(Keys.EPOCHS, 1);
    Rows empty = new Rows(INPUTS, new Features.Floats(new float[ROWS * INPUTS]), new int[ROWS]);
    RowStore rows = RowStore.of(empty);
    Shard shard = new Shard(0, 1, rows, rows);
    StepPlan plan = StepPlan.of(List.of(shard), configuration.get(Keys.BATCH_SIZE));
    Snapshot start = Snapshot.fresh(configuration, INPUTS);
    SharedMemoryWorld world = new SharedMemoryWorld(1, configuration.get(Keys.WAIT_TIMEOUT));
    try (Communicator communicator = world.communicator(0)) {
      new RankTraining(configuration, shard, plan, TraineeMaker.CONFIGURED, start, communicator)
          .run((result, merged) -> {}, List.of());
    }
  }
}
