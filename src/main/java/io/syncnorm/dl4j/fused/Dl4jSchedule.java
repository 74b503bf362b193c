package io.syncnorm.dl4j.fused;

import io.syncnorm.nn.optimizer.Elapsed;
import io.syncnorm.nn.optimizer.Schedule;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * Any schedule of DL4J.
 *
 * @param epochsBefore epochs that the network had been trained for before
 */
record Dl4jSchedule(ISchedule schedule, int epochsBefore) implements Schedule {
  private static final long serialVersionUID = 1L;

  @Override
  public double rate(Elapsed elapsed) {
    return schedule.valueAt(Math.toIntExact(elapsed.steps()), epochsBefore + elapsed.epochs());
  }
}
