package io.syncnorm.spark;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.FutureAction;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
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

  /** How long a job that is started again waits for an executor, if none is left. */
  private static final Duration REPLACEMENT = Duration.ofMinutes(1);

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
    int[] some = IntStream.range(from, to).toArray();
    repeatable(
        new JavaSparkContext(partitions.sparkContext()),
        () -> {
          once(partitions, some);
          return to;
        });
  }

  /**
   * Runs jobs whose tasks may run twice, again if an executor is lost, a few times. Spark itself
   * would repeat the lost tasks, but the submit scripts forbid it to repeat any, because of the
   * ranks. What Spark keeps on other executors, such as persisted partitions, is not computed again
   * if each attempt uses the same RDD.
   *
   * @throws SlotsException if no executor is left, and none starts in time; whatever is thrown has
   *     the earlier losses as suppressed exceptions
   */
  public static <R> R repeatable(JavaSparkContext spark, Supplier<R> jobs) {
    List<Exception> losses = new ArrayList<>();
    while (true) {
      try {
        return jobs.get();
      } catch (Exception e) { // Spark throws checked exceptions without declaring them
        losses.forEach(e::addSuppressed);
        losses.add(e);
        if (losses.size() == ATTEMPTS || !hasLostExecutor(e)) {
          throw e;
        }
        LOG.warn(
            "an executor was lost; its tasks run again on others: {}",
            SparkMessages.lostExecutor(e).orElse(""));
      }
      try {
        TaskSlots.awaitReplacement(spark, REPLACEMENT);
      } catch (SlotsException e) {
        losses.forEach(e::addSuppressed);
        throw e;
      }
    }
  }

  /**
   * Whether Spark ended a job because an executor was lost.
   *
   * @param jobFailure what Spark threw
   */
  public static boolean hasLostExecutor(Exception jobFailure) {
    return SparkMessages.lostExecutor(jobFailure).isPresent();
  }

  /** Opens all partitions in a job that is not repeated. */
  public static <T> void once(RDD<T> partitions) {
    once(partitions, IntStream.range(0, partitions.getNumPartitions()).toArray());
  }

  /** Opens some partitions in a job that is not repeated. */
  public static <T> void once(RDD<T> partitions, int[] some) {
    partitions
        .sparkContext()
        .runJob(
            partitions,
            new NoOperation<TaskContext, Iterator<T>, Integer>(0),
            ScalaCollections.ints(some),
            new NoOperation<Object, Integer, BoxedUnit>(BoxedUnit.UNIT),
            ClassTag$.MODULE$.apply(Integer.class));
  }

  /** Submits a job that opens all partitions, and returns at once. The job is not repeated. */
  public static <T> FutureAction<Integer> submit(RDD<T> partitions) {
    int count = partitions.getNumPartitions();
    return partitions
        .sparkContext()
        .submitJob(
            partitions,
            new Opening<T>(),
            ScalaCollections.ints(IntStream.range(0, count).toArray()),
            new NoOperation<Object, Integer, BoxedUnit>(BoxedUnit.UNIT),
            new AbstractFunction0<Integer>() {
              @Override
              public Integer apply() {
                return count;
              }
            });
  }

  /** A task that does not read its rows. */
  private static final class Opening<T> extends AbstractFunction1<Iterator<T>, Integer>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public Integer apply(Iterator<T> rows) {
      return 0;
    }
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
   * each is passed on when it arrives, in any order, one at a time. If an executor is lost, the
   * partitions whose results have not arrived are computed again.
   *
   * @param result takes the result of each partition once, on a thread of Spark
   */
  public static <T, R extends Serializable> void forEach(
      JavaRDD<T> rows, Work<T, R> work, Consumer<R> result) {
    forEach(rows, IntStream.range(0, rows.getNumPartitions()).toArray(), work, result);
  }

  /** Returns the result of one partition, as {@link #forEach}. */
  public static <T, R extends Serializable> R of(JavaRDD<T> rows, int partition, Work<T, R> work) {
    AtomicReference<R> only = new AtomicReference<>();
    forEach(rows, new int[] {partition}, work, only::set);
    return only.get();
  }

  private static <T, R extends Serializable> void forEach(
      JavaRDD<T> rows, int[] partitions, Work<T, R> work, Consumer<R> result) {
    Packet.requireAccepted();
    Set<Integer> arrived = ConcurrentHashMap.newKeySet();
    repeatable(
        new JavaSparkContext(rows.context()),
        () -> {
          int[] missing = IntStream.of(partitions).filter(p -> !arrived.contains(p)).toArray();
          rows.context()
              .runJob(
                  rows.rdd(),
                  new Task<>(work),
                  ScalaCollections.ints(missing),
                  new Handler<R>(missing, arrived, result),
                  ClassTag$.MODULE$.<Packet<R>>apply(Packet.class));
          return missing.length;
        });
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
      return new Packet<>(work.apply(ScalaCollections.javaIterator(rows)));
    }
  }

  private static final class Handler<R> extends AbstractFunction2<Object, Packet<R>, BoxedUnit> {
    private final int[] partitions;
    private final Set<Integer> arrived;
    private final Consumer<R> result;

    Handler(int[] partitions, Set<Integer> arrived, Consumer<R> result) {
      this.partitions = partitions;
      this.arrived = arrived;
      this.result = result;
    }

    @Override
    public BoxedUnit apply(Object place, Packet<R> packet) {
      if (arrived.add(partitions[(Integer) place])) {
        result.accept(packet.value());
      }
      return BoxedUnit.UNIT;
    }
  }
}
