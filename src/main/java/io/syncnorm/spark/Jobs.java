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
 * Jobs that return nothing through Spark. Not {@code collect}: before each job with a lambda Spark
 * reads the bytecode of the class that it is written in, and those are its largest.
 */
final class Jobs {
  private Jobs() {}

  /** Returns when all partitions were made; throws what Spark throws. */
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
   * Does nothing: in a task when its partition is there, and on the driver with what it returns.
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
