package io.syncnorm.spark.probe;

import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Shape;
import io.syncnorm.plan.Cluster;
import io.syncnorm.plan.MeasuredSteps;
import io.syncnorm.plan.StepMeasurement;
import io.syncnorm.spark.Executors;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.ranks.RankFailedException;
import io.syncnorm.spark.ranks.RankStage;
import io.syncnorm.train.PlanException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.spark.api.java.JavaSparkContext;

/** Measures what a plan needs on the cluster to which it is submitted. */
public final class ClusterProbe {
  private final JavaSparkContext spark;

  /** The machines of two executors. */
  private final List<String> machines;

  /**
   * What was measured.
   *
   * @param network between two executors
   * @param between their names
   * @param isOneMachine whether both run on one machine, as far as Spark's names tell: then the
   *     network between machines took no part
   * @param steps on one of them
   */
  public record Measured(
      LinkCost network, String between, boolean isOneMachine, MeasuredSteps steps) {}

  ClusterProbe(JavaSparkContext spark, List<String> machines) {
    this.spark = spark;
    this.machines = machines;
  }

  /**
   * Waits for two executors, for {@code training.slot-timeout} at most.
   *
   * @throws SlotsException if there are not two in time, and in local mode
   */
  public static ClusterProbe of(JavaSparkContext spark, Configuration configuration) {
    return new ClusterProbe(spark, Executors.awaitTwo(spark, configuration.get(Keys.SLOT_TIMEOUT)));
  }

  /** Task slots of an executor. */
  public int slotsOfExecutor() {
    return TaskSlots.perExecutor(spark);
  }

  /**
   * Measures the network between two executors, then a step on one of them, for several seconds.
   *
   * @param resolved configuration with the number of classes
   * @param shape of the training rows
   * @param cluster to plan, on any network
   * @param worlds numbers of ranks to plan
   * @throws SlotsException if Spark runs both ranks in one executor
   * @throws PlanException if the largest mini-batch does not fit into arrays
   * @throws RankFailedException if an executor fails or is lost too often
   * @throws CancellationException if the job is cancelled, or this thread is interrupted
   */
  public Measured measure(
      Configuration resolved, Shape shape, Cluster cluster, List<Integer> worlds) {
    StepMeasurement.requireFits(resolved, shape);
    ProbeWork work = new ProbeWork(machines, resolved, shape, cluster, worlds);
    new RankStage(spark, resolved.with(Keys.MIN_SLOTS, machines.size())).run(work);
    ProbeReport first = work.reports().get(0);
    ProbeReport second = work.reports().get(1);
    return new Measured(
        first.network().orElseThrow(() -> SlotsException.sameExecutor(spark, first.executor())),
        first.name() + " and " + second.name(),
        first.machine().equals(second.machine()),
        first.steps().orElseThrow());
  }
}
