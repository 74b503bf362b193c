package io.syncnorm.spark;

import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.Dependency;
import org.apache.spark.HashPartitioner;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partitioner;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.rdd.ShuffledRDD;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.Serializer;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/** Repartitions an RDD into one partition per rank. */
public final class BarrierPartitions {
  /** Bits of a key that count the rows of one partition; the upper ones number the partition. */
  private static final int POSITION_BITS = 40;

  private BarrierPartitions() {}

  /**
   * Returns the rows in one partition per rank. An RDD with that many partitions is returned as it
   * is, and no row is moved. Otherwise the rows are dealt to the ranks in a shuffle: a row always
   * goes to the same rank, in the same order.
   *
   * <p>The rows are also dealt if the RDD was coalesced or built by {@code union} without a later
   * shuffle: Spark runs no barrier stage if a stage's RDDs differ in their number of partitions.
   */
  public static <T> JavaRDD<T> of(JavaRDD<T> rows, int ranks) {
    if (rows.getNumPartitions() == ranks && isOneToOne(rows.rdd(), ranks)) {
      return rows;
    }
    Packet.requireAccepted();
    JavaPairRDD<Long, Packet<T>> keyed =
        JavaPairRDD.fromJavaRDD(rows.mapPartitionsWithIndex(BarrierPartitions::numbered, true));
    return keyed.repartitionAndSortWithinPartitions(new Dealer(ranks)).values().map(Packet::value);
  }

  /**
   * Moves the rows to the partition of the rank that they are dealt to, in any order, and returns
   * them. The shuffle has run when this returns; throws what Spark throws. Its files exist until
   * they are {@linkplain #free freed}.
   *
   * @param dealt each row and its rank
   */
  public static <T extends Serializable> JavaRDD<T> shuffled(
      JavaPairRDD<Integer, T> dealt, int ranks) {
    ShuffledRDD<Integer, T, T> shuffled =
        new ShuffledRDD<Integer, T, T>(
                dealt.rdd(),
                new HashPartitioner(ranks), // a rank's number is its hash
                ClassTag$.MODULE$.apply(Integer.class),
                dealt.vClassTag(),
                dealt.vClassTag())
            .setSerializer(oneByOne(dealt.context().getConf()));
    JavaRDD<T> rows = TaskRows.of(shuffled, (rank, pairs) -> new Values<>(pairs));
    try {
      // One partition needs the complete shuffle, but no row is read.
      Jobs.run(TaskRows.lazy(rows.rdd()), 0, 1);
      return rows;
    } catch (Throwable e) { // Spark throws checked exceptions without declaring them
      removeFiles(rows, false); // tasks of a cancelled job may still hold them
      throw e;
    }
  }

  /**
   * Removes the files of the shuffle of {@link #shuffled}, and of no other: the rows may come from
   * shuffles of the user's own. Returns when they are removed: Spark would print a stack trace for
   * each request that is on its way when it stops.
   */
  public static void free(JavaRDD<?> rows) {
    removeFiles(rows, true);
  }

  private static void removeFiles(JavaRDD<?> rows, boolean isAwaited) {
    Interruption.uninterrupted(
        () -> {
          if (rows.context().cleaner().isDefined()) {
            int files = shuffle(rows).shuffleId();
            rows.context().cleaner().get().doCleanupShuffle(files, isAwaited);
          }
        });
  }

  /** The shuffle of rows that {@link #shuffled} returned. */
  @SuppressWarnings("unchecked") // of what shuffled makes
  static <T> ShuffleDependency<Integer, T, T> shuffle(JavaRDD<T> rows) {
    RDD<?> dealt = rows.rdd().dependencies().head().rdd();
    return (ShuffleDependency<Integer, T, T>) (Object) dealt.dependencies().head();
  }

  private record Values<T>(Iterator<Tuple2<Integer, T>> pairs) implements Iterator<T> {
    @Override
    public boolean hasNext() {
      return pairs.hasNext();
    }

    @Override
    public T next() {
      return pairs.next()._2();
    }
  }

  /**
   * Java serialization that forgets each object once it is written or read. By default the streams
   * of Spark refer to the last hundred, and a task writes one stream per rank.
   */
  private static Serializer oneByOne(SparkConf conf) {
    return new JavaSerializer(conf.clone().set("spark.serializer.objectStreamReset", "1"));
  }

  private static <T> Iterator<Tuple2<Long, Packet<T>>> numbered(int partition, Iterator<T> rows) {
    long first = (long) partition << POSITION_BITS;
    return new Iterator<>() {
      private long position;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Tuple2<Long, Packet<T>> next() {
        return new Tuple2<>(first + position++, new Packet<>(rows.next()));
      }
    };
  }

  /** Spark's own rule, which it checks only when the job is submitted. */
  private static boolean isOneToOne(RDD<?> rdd, int ranks) {
    if (rdd.getNumPartitions() != ranks) {
      return false;
    }
    for (Dependency<?> dependency : ScalaCollections.javaList(rdd.dependencies())) {
      if (dependency instanceof NarrowDependency<?> narrow && !isOneToOne(narrow.rdd(), ranks)) {
        return false;
      }
    }
    return true;
  }

  /** Deals the rows of each partition in turn, starting at a different rank for each partition. */
  private static final class Dealer extends Partitioner {
    private static final long serialVersionUID = 1;
    private final int ranks;

    Dealer(int ranks) {
      this.ranks = ranks;
    }

    @Override
    public int numPartitions() {
      return ranks;
    }

    @Override
    public int getPartition(Object key) {
      long number = (Long) key;
      long position = number & ((1L << POSITION_BITS) - 1);
      return (int) ((position + (number >>> POSITION_BITS)) % ranks);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Dealer dealer && dealer.ranks == ranks;
    }

    @Override
    public int hashCode() {
      return ranks;
    }
  }
}
