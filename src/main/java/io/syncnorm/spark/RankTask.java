package io.syncnorm.spark;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.RunKey;
import io.syncnorm.config.Configuration;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.nn.Blas;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/**
 * What a task of the barrier stage does: it is the rank of its partition's number.
 *
 * @implNote Returns nothing through Spark: what there is to say has gone to the driver by then.
 */
final class RankTask extends AbstractFunction1<Iterator<Integer>, Iterator<Integer>>
    implements Serializable {
  private final String driverHost;
  private final int driverPort;
  private final RunKey key;
  private final Configuration configuration;
  private final List<Broadcast<Shard>> shards;
  private final StepPlan plan;
  private final Broadcast<Snapshot> start;

  RankTask(
      Attempt attempt, Configuration configuration, ShardedData data, Broadcast<Snapshot> start) {
    this.driverHost = attempt.host();
    this.driverPort = attempt.port();
    this.key = attempt.key();
    this.configuration = configuration;
    this.shards = data.shards();
    this.plan = data.plan();
    this.start = start;
  }

  @Override
  public Iterator<Integer> apply(Iterator<Integer> partition) {
    int rank = TaskContext.getPartitionId();
    try (Membership membership =
        Membership.join(
            driverHost,
            driverPort,
            key,
            rank,
            shards.size(),
            ownAddress(),
            configuration.training().faults().waitTimeout())) {
      try {
        Blas.instance().useOneThread();
        new RankTraining(
                configuration,
                shards.get(rank).value(),
                plan,
                start.value(),
                membership.communicator())
            .run(
                (result, snapshot) ->
                    membership.driver().report(new EpochReport(result, snapshot).encode()));
      } catch (RuntimeException | Error e) {
        // The driver first: others notice this rank's end at once, and blame it.
        membership.driver().fail(RankFailure.of(rank, e).encode());
        membership.communicator().abort(e);
        throw e;
      }
    }
    return JavaConverters.asScalaIterator(List.<Integer>of().iterator());
  }

  /** The address that Spark knows this executor by: others can reach it there. */
  private static InetAddress ownAddress() {
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(
          "this executor's own host cannot be resolved: host=" + host, e);
    }
  }
}
