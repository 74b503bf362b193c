package io.syncnorm.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.function.Supplier;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.rdd.PartitionPruningRDD;
import org.apache.spark.rdd.RDD;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/**
 * Rows that a function computes from each partition. Spark reads, sorts or computes the rows of the
 * partition only when the first one is asked for: otherwise a rank with much to load would join
 * late and appear to be lost, and the function could not handle a partition that cannot be opened.
 *
 * @implNote Spark's own methods first read the bytecode of one of Spark's largest classes, which
 *     takes a quarter of a second in a new JVM.
 */
public final class TaskRows<T, R> extends RDD<R> {
  private static final long serialVersionUID = 1L;

  private final Function2<Integer, Iterator<T>, Iterator<R>> work;
  private final ClassTag<T> type;

  private TaskRows(
      RDD<T> rows, ClassTag<T> type, Function2<Integer, Iterator<T>, Iterator<R>> work) {
    super(rows, ClassTag$.MODULE$.<R>apply(Object.class));
    this.type = type;
    this.work = work;
  }

  /** The rows themselves, opened when the first one is asked for. */
  static <T> RDD<T> lazy(RDD<T> rows) {
    return TaskRows.<T, T>of(rows, (partition, same) -> same).rdd();
  }

  /**
   * Rows computed from those of each partition.
   *
   * @param work gets the number of a partition and its rows
   */
  public static <T, R> JavaRDD<R> of(
      RDD<T> rows, Function2<Integer, Iterator<T>, Iterator<R>> work) {
    return new TaskRows<>(rows, ClassTag$.MODULE$.<T>apply(Object.class), work).toJavaRDD();
  }

  /**
   * Some partitions of rows; no task runs for the others.
   *
   * @param partitions their numbers, ascending
   */
  public static <T> JavaRDD<T> among(JavaRDD<T> rows, int[] partitions) {
    return PartitionPruningRDD.create(rows.rdd(), new Among(partitions)).toJavaRDD();
  }

  /** Chooses partitions. Spark sends it with each task, so it holds nothing else. */
  private static final class Among extends AbstractFunction1<Object, Object>
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private final int[] sorted;

    Among(int[] sorted) {
      this.sorted = sorted;
    }

    @Override
    public Object apply(Object partition) {
      return Arrays.binarySearch(sorted, (Integer) partition) >= 0;
    }
  }

  /** Rows that are opened when the first one is asked for. */
  static <T> Iterator<T> opened(Supplier<scala.collection.Iterator<T>> open) {
    return new Lazy<>(open);
  }

  @Override
  public scala.collection.Iterator<R> compute(Partition split, TaskContext context) {
    RDD<T> parent = firstParent(type);
    Iterator<T> rows = opened(() -> parent.iterator(split, context));
    try {
      return ScalaCollections.iterator(work.call(split.index(), rows));
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Partition[] getPartitions() {
    return firstParent(type).partitions();
  }

  private static final class Lazy<T> implements Iterator<T> {
    private final Supplier<scala.collection.Iterator<T>> open;
    private scala.collection.Iterator<T> rows;

    Lazy(Supplier<scala.collection.Iterator<T>> open) {
      this.open = open;
    }

    @Override
    public boolean hasNext() {
      return rows().hasNext();
    }

    @Override
    public T next() {
      return rows().next();
    }

    private scala.collection.Iterator<T> rows() {
      if (rows == null) {
        rows = open.get();
      }
      return rows;
    }
  }
}
