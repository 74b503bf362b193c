package io.syncnorm.spark.ranks;

import io.syncnorm.comm.Membership;
import io.syncnorm.comm.RunKey;
import io.syncnorm.nn.Blas;
import java.io.Serializable;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/**
 * A task of the barrier stage: it runs the rank of its partition's number.
 *
 * @implNote Returns nothing through Spark: the rank has sent its reports to the driver by then.
 */
final class RankTask<T> extends AbstractFunction1<Iterator<T>, Iterator<Integer>>
    implements Serializable {
  private final String driverHost;
  private final int driverPort;
  private final RunKey key;
  private final int world;
  private final Duration waitTimeout;
  private final RankWork.Program<T> program;

  RankTask(Attempt attempt, int world, Duration waitTimeout, RankWork.Program<T> program) {
    this.driverHost = attempt.host();
    this.driverPort = attempt.port();
    this.key = attempt.key();
    this.world = world;
    this.waitTimeout = waitTimeout;
    this.program = program;
  }

  @Override
  public Iterator<Integer> apply(Iterator<T> partition) {
    int rank = TaskContext.getPartitionId();
    // Cleared until the rank has sent its last report: an interrupt would break its connections.
    boolean wasInterrupted = false;
    try (Membership membership =
        Membership.join(driverHost, driverPort, key, rank, world, ownAddress(), waitTimeout)) {
      try {
        Blas.instance().useOneThread();
        program.run(membership, JavaConverters.asJavaIterator(partition));
        wasInterrupted = Thread.interrupted();
      } catch (RuntimeException | Error e) {
        wasInterrupted = Thread.interrupted();
        report(membership, rank, e);
        throw e;
      } catch (Exception e) {
        wasInterrupted = Thread.interrupted() || e instanceof InterruptedException;
        report(membership, rank, e);
        throw new IllegalStateException(e.getMessage(), e);
      }
    } finally {
      if (wasInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return JavaConverters.asScalaIterator(List.<Integer>of().iterator());
  }

  /**
   * Notifies the driver first: other ranks notice this rank's end at once and report it as the
   * cause.
   */
  private static void report(Membership membership, int rank, Throwable failure) {
    RankFailure own = RankFailure.of(rank, failure);
    RankFailure reported = TaskContext.get().isInterrupted() ? own.afterInterruption() : own;
    membership.driver().fail(reported.encode());
    membership.communicator().abort(failure);
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
