package io.syncnorm.spark.ranks;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.fold.RankGroup;
import io.syncnorm.comm.fold.RankGroups;
import io.syncnorm.comm.wire.RunKey;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.nn.Blas;
import io.syncnorm.spark.HostRows;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.ScalaCollections;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/**
 * A task of Spark: it runs the ranks of one host.
 *
 * @implNote Returns nothing through Spark: the ranks have sent their reports to the driver by then.
 */
final class HostTask<T> extends AbstractFunction1<Iterator<HostRows<T>>, Iterator<Integer>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String driverHost;
  private final int driverPort;
  private final RunKey key;
  private final int hosts;
  private final int world;
  private final int groupSize;
  private final Duration waitTimeout;
  private final Duration loadTimeout;
  private final RankWork.Program<T> program;

  HostTask(
      Attempt attempt,
      int hosts,
      int world,
      Configuration configuration,
      RankWork.Program<T> program) {
    this.driverHost = attempt.host();
    this.driverPort = attempt.port();
    this.key = attempt.key();
    this.hosts = hosts;
    this.world = world;
    this.groupSize = configuration.get(Keys.BATCH_NORM_SYNC).ranksOf(world);
    this.waitTimeout = configuration.get(Keys.WAIT_TIMEOUT);
    this.loadTimeout = configuration.get(Keys.LOAD_TIMEOUT);
    this.program = program;
  }

  @Override
  public Iterator<Integer> apply(Iterator<HostRows<T>> partition) {
    TaskContext task = TaskContext.get();
    if (task.attemptNumber() + task.stageAttemptNumber() > 0) {
      awaitCancellation();
    }
    RankGroup block =
        new RankGroup(
            RankRows.first(task.partitionId(), hosts, world),
            RankRows.first(task.partitionId() + 1, hosts, world));
    HostRows<T> rows = partition.next();
    RankGroups groups = new RankGroups(world, groupSize);
    try (Membership.Host host =
        Membership.join(driverHost, driverPort, key, block, groups, ownAddress(), waitTimeout)) {
      new RankThreads(block).run((rank, ranks) -> run(host.rank(rank), ranks, rows));
    }
    return ScalaCollections.iterator(List.<Integer>of().iterator());
  }

  /**
   * Waits until Spark ends this task: an ordinary stage repeats a task that failed, but its ranks
   * belong to an attempt that is over.
   */
  private static void awaitCancellation() {
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the attempt of these ranks is over", e);
    }
  }

  private void run(Membership rank, RankThreads ranks, HostRows<T> rows) {
    try (rank) {
      try {
        rank.awaitTurn(loadTimeout);
        Blas.instance().useOneThread();
        program.run(rank, rows.of(rank.communicator().rank()));
      } catch (RuntimeException | Error e) {
        report(rank, ranks, e);
        throw e;
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        report(rank, ranks, e);
        throw new IllegalStateException(e.getMessage(), e);
      }
    }
  }

  /**
   * Notifies the driver first: other ranks notice this rank's end at once and report it as the
   * cause.
   */
  private static void report(Membership rank, RankThreads ranks, Throwable failure) {
    RankFailure own = RankFailure.of(rank.communicator().rank(), failure);
    boolean wasInterrupted = TaskContext.get().isInterrupted() || ranks.haveBeenInterrupted();
    rank.fail((wasInterrupted ? own.afterInterruption() : own).encode());
    rank.communicator().abort(failure);
  }

  /** The executor's address in Spark, which the other executors can reach. */
  private static InetAddress ownAddress() {
    String host = SparkEnv.get().blockManager().blockManagerId().host();
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(
          "this executor cannot resolve its own host name: host=" + host, e);
    }
  }
}
