package io.syncnorm.spark;

import java.io.Serializable;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.immutable.Range;
import scala.collection.immutable.Range$;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Runs jobs that return nothing through Spark. They do not use {@code collect}: for each job with a
 * lambda Spark reads the bytecode of the enclosing class, which for {@code collect} is one of
 * Spark's largest classes.
 */
final class Jobs {
  private Jobs() {}

  /** Returns when all partitions are computed; throws what Spark throws. */
  static void run(RDD<Integer> partitions) {
    Range all = Range$.MODULE$.apply(0, partitions.getNumPartitions());
    partitions
        .sparkContext()
        .runJob(
            partitions,
            new NoOperation<TaskContext, Iterator<Integer>, Integer>(0),
            all,
            new NoOperation<Object, Integer, BoxedUnit>(BoxedUnit.UNIT),
            ClassTag$.MODULE$.apply(Integer.class));
  }

  /**
   * Returns a constant: as the job's function in a task, and as its result handler on the driver.
   */
  private static final class NoOperation<A, B, R> extends AbstractFunction2<A, B, R>
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private final R result;

    NoOperation(R result) {
      this.result = result;
    }

    @Override
    public R apply(A first, B second) {
      return result;
    }
  }
}
