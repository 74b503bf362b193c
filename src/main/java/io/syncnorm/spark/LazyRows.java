package io.syncnorm.spark;

import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Rows that Spark reads, sorts or computes only when the rank asks for the first one. Otherwise a
 * rank with much to load would join late and appear to be lost.
 */
final class LazyRows<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final ClassTag<T> type;

  private LazyRows(RDD<T> rows, ClassTag<T> type) {
    super(rows, type);
    this.type = type;
  }

  static <T> RDD<T> of(RDD<T> rows) {
    return new LazyRows<>(rows, ClassTag$.MODULE$.<T>apply(Object.class));
  }

  @Override
  public Iterator<T> compute(Partition split, TaskContext context) {
    RDD<T> parent = firstParent(type);
    return new AbstractIterator<>() {
      private Iterator<T> rows;

      @Override
      public boolean hasNext() {
        return rows().hasNext();
      }

      @Override
      public T next() {
        return rows().next();
      }

      private Iterator<T> rows() {
        if (rows == null) {
          rows = parent.iterator(split, context);
        }
        return rows;
      }
    };
  }

  @Override
  public Partition[] getPartitions() {
    return firstParent(type).partitions();
  }
}
