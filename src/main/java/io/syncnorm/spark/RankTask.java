package io.syncnorm.spark;

import io.syncnorm.comm.Communicator;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/** What a task of the barrier stage does: it is the rank of its partition's number. */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<Snapshot>>
    implements Serializable {
  private final String runId;
  private final Configuration configuration;
  private final List<Broadcast<Shard>> shards;
  private final StepPlan plan;
  private final Broadcast<Snapshot> start;

  RankTask(
      String runId,
      Configuration configuration,
      List<Broadcast<Shard>> shards,
      StepPlan plan,
      Broadcast<Snapshot> start) {
    this.runId = runId;
    this.configuration = configuration;
    this.shards = shards;
    this.plan = plan;
    this.start = start;
  }

  /** Returns the trained model from rank 0, nothing from the others. */
  @Override
  public Iterator<Snapshot> apply(Iterator<Integer> partition) {
    int rank = TaskContext.getPartitionId();
    LocalRun run = LocalRun.find(runId);
    try (Communicator communicator = run.communicator(rank)) {
      try {
        Snapshot trained =
            new RankTraining(
                    configuration, shards.get(rank).value(), plan, start.value(), communicator)
                .run(run.listener());
        List<Snapshot> result = rank == 0 ? List.of(trained) : List.of();
        return JavaConverters.asScalaIterator(result.iterator());
      } catch (RuntimeException | Error e) {
        run.fail(rank, e);
        communicator.abort(e);
        throw e;
      }
    }
  }
}
