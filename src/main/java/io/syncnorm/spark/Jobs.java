package io.syncnorm.spark;

import java.io.Serializable;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.immutable.Range;
import scala.collection.immutable.Range$;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Runs jobs that return nothing through Spark, or one small result per partition. They do not use
 * {@code collect}: for each job with a lambda Spark reads the bytecode of the enclosing class,
 * which for {@code collect} is one of Spark's largest classes.
 */
public final class Jobs {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  /** How often a job is started at most; by default Spark starts a task as often. */
  private static final int ATTEMPTS = 4;

  private Jobs() {}

  /**
   * Returns when Spark has opened all partitions, whose elements are not read. This computes a
   * persisted RDD, and an RDD whose elements are computed when a partition is opened. Throws what
   * Spark throws.
   */
  public static <T> void run(RDD<T> partitions) {
    run(partitions, 0, partitions.getNumPartitions());
  }

  /** Does the same for some partitions: {@code from} to {@code to - 1}. */
  public static <T> void run(RDD<T> partitions, int from, int to) {
    repeatable(
        () -> {
          once(partitions, from, to);
          return to;
        });
  }

  /**
   * Runs jobs whose tasks may run twice, again if an executor is lost. Spark itself would repeat
   * the lost tasks, but the submit scripts forbid it to repeat any, because of the ranks.
   */
  public static <R> R repeatable(Supplier<R> jobs) {
    for (int attempt = 1; ; attempt++) {
      try {
        return jobs.get();
      } catch (Exception e) { // Spark throws checked exceptions without declaring them
        if (attempt == ATTEMPTS || !hasLostExecutor(e)) {
          throw e;
        }
        LOG.warn("an executor was lost; its tasks run again on others");
      }
    }
  }

  /**
   * Whether Spark ended a job because an executor was lost.
   *
   * @param jobFailure what Spark threw
   */
  static boolean hasLostExecutor(Exception jobFailure) {
    return String.valueOf(jobFailure.getMessage()).contains("ExecutorLostFailure");
  }

  /** Opens all partitions in a job that is not repeated. */
  public static <T> void once(RDD<T> partitions) {
    once(partitions, 0, partitions.getNumPartitions());
  }

  private static <T> void once(RDD<T> partitions, int from, int to) {
    Range some = Range$.MODULE$.apply(from, to);
    partitions
        .sparkContext()
        .runJob(
            partitions,
            new NoOperation<TaskContext, Iterator<T>, Integer>(0),
            some,
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

  /** What a task does with the rows of its partition. */
  @FunctionalInterface
  public interface Work<T, R> extends Function<java.util.Iterator<T>, R>, Serializable {}

  /**
   * Returns when all partitions are computed. The driver holds no more results than arrive at once:
   * each is passed on when it arrives, in any order, one at a time.
   *
   * @param result takes a result on a thread of Spark
   */
  public static <T, R extends Serializable> void forEach(
      JavaRDD<T> rows, Work<T, R> work, Consumer<R> result) {
    Packet.requireAccepted();
    RDD<T> partitions = rows.rdd();
    Range all = Range$.MODULE$.apply(0, partitions.getNumPartitions());
    partitions
        .sparkContext()
        .runJob(
            partitions,
            new Task<>(work),
            all,
            new Handler<>(result),
            ClassTag$.MODULE$.<Packet<R>>apply(Packet.class));
  }

  private static final class Task<T, R>
      extends AbstractFunction2<TaskContext, Iterator<T>, Packet<R>> implements Serializable {
    private static final long serialVersionUID = 1L;
    private final Work<T, R> work;

    Task(Work<T, R> work) {
      this.work = work;
    }

    @Override
    public Packet<R> apply(TaskContext context, Iterator<T> rows) {
      return new Packet<>(work.apply(JavaConverters.asJavaIterator(rows)));
    }
  }

  private static final class Handler<R> extends AbstractFunction2<Object, Packet<R>, BoxedUnit> {
    private final Consumer<R> result;

    Handler(Consumer<R> result) {
      this.result = result;
    }

    @Override
    public BoxedUnit apply(Object partition, Packet<R> packet) {
      result.accept(packet.value());
      return BoxedUnit.UNIT;
    }
  }
}
