package io.syncnorm.spark;

import io.syncnorm.spark.HostsRdd.Reader;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.ShuffleDependency;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import scala.Product2;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/**
 * The rows of each rank, for any number of hosts. A host is a task of Spark, which runs consecutive
 * ranks.
 *
 * @param <T> a row
 */
public final class RankRows<T> {
  private final int world;
  private final Access<T> access;
  private final Runnable free;

  /** How hosts get at rows. */
  private interface Access<T> {
    Reader<T> reader();

    List<Dependency<?>> parents(int hosts);

    /** Whether Spark starts hosts as a barrier stage. */
    boolean isBarrier(int hosts);
  }

  private RankRows(int world, Access<T> access, Runnable free) {
    this.world = world;
    this.access = access;
    this.free = free;
  }

  /** No rows: what ranks train on is in their process already. */
  public static <T> RankRows<T> none(int world) {
    return new RankRows<>(world, new None<>(List.of()), () -> {});
  }

  /**
   * No rows, for ranks that should each run on a certain machine, if it has a free slot.
   *
   * @param machines Spark's name of each rank's machine
   */
  public static <T> RankRows<T> none(List<String> machines) {
    return new RankRows<>(machines.size(), new None<>(List.copyOf(machines)), () -> {});
  }

  /**
   * Rows in one partition per rank, which hosts read in place.
   *
   * @param partitions one per rank
   */
  public static <T> RankRows<T> inPlace(JavaRDD<T> partitions) {
    int world = partitions.getNumPartitions();
    return new RankRows<>(world, new InPlace<>(partitions.rdd(), world), () -> {});
  }

  /**
   * Rows of a shuffle, of which a host reads those of its ranks. If files are lost, Spark makes
   * them again before the hosts start.
   *
   * @param dealt returned by {@link BarrierPartitions#shuffled}; freed with these rows
   */
  public static <T> RankRows<T> shuffled(JavaRDD<T> dealt) {
    return new RankRows<>(
        dealt.getNumPartitions(),
        new Shuffled<T>(BarrierPartitions.<T>shuffle(dealt)),
        () -> BarrierPartitions.free(dealt));
  }

  /** Number of ranks. */
  public int world() {
    return world;
  }

  /** The lowest rank of a host; that of the host after the last one is the world. */
  public static int first(int host, int hosts, int world) {
    return (int) ((long) host * world / hosts);
  }

  /**
   * Returns one partition per host.
   *
   * @param hosts from 1 to the number of ranks
   */
  public RDD<HostRows<T>> hosts(JavaSparkContext spark, int hosts) {
    return new HostsRdd<>(spark.sc(), access.parents(hosts), world, hosts, access.reader());
  }

  /**
   * Whether Spark can start so many hosts as a barrier stage: it refuses a stage whose RDDs differ
   * in their number of partitions.
   */
  public boolean isBarrier(int hosts) {
    return access.isBarrier(hosts);
  }

  /** Frees what Spark keeps for these rows only. */
  public void free() {
    free.run();
  }

  /**
   * @param ofRanks machines of the ranks; empty if they may run anywhere
   */
  private record None<T>(List<String> ofRanks) implements Access<T>, Reader<T> {
    private static final long serialVersionUID = 1L;

    @Override
    public Reader<T> reader() {
      return this;
    }

    @Override
    public Iterator<T> read(HostsRdd.Host host, int rank, TaskContext task) {
      return ScalaCollections.iterator(List.<T>of().iterator());
    }

    @Override
    public List<String> machines(int first) {
      return ofRanks.isEmpty() ? List.of() : List.of(ofRanks.get(first));
    }

    @Override
    public List<Dependency<?>> parents(int hosts) {
      return List.of();
    }

    @Override
    public boolean isBarrier(int hosts) {
      return true;
    }
  }

  private record InPlace<T>(RDD<T> rows, int world) implements Access<T> {
    @Override
    public Reader<T> reader() {
      return new PartitionReader<>(rows);
    }

    @Override
    public List<Dependency<?>> parents(int hosts) {
      return List.of(new Blocks<>(rows, hosts == world));
    }

    @Override
    public boolean isBarrier(int hosts) {
      return hosts == world;
    }
  }

  private record PartitionReader<T>(RDD<T> rows) implements Reader<T> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<T> read(HostsRdd.Host host, int rank, TaskContext task) {
      return rows.iterator(host.of(rank), task);
    }

    @Override
    public Partition[] partitions() {
      return rows.partitions();
    }
  }

  /**
   * The dependency of hosts on their ranks' partitions. A host of several ranks has no preferred
   * place: waiting for one would hold up the others.
   */
  private static final class Blocks<T> extends NarrowDependency<T> {
    private static final long serialVersionUID = 1L;
    private final boolean isOneToOne;

    Blocks(RDD<T> rows, boolean isOneToOne) {
      super(rows);
      this.isOneToOne = isOneToOne;
    }

    @Override
    public scala.collection.immutable.Seq<Object> getParents(int host) {
      List<Object> parents = isOneToOne ? List.of(host) : List.of();
      return ScalaCollections.list(new ArrayList<>(parents));
    }
  }

  private record Shuffled<T>(ShuffleDependency<Integer, T, T> files) implements Access<T> {
    @Override
    public Reader<T> reader() {
      return new ShuffleReader<>(files);
    }

    @Override
    public List<Dependency<?>> parents(int hosts) {
      return List.of(files);
    }

    @Override
    public boolean isBarrier(int hosts) {
      return true;
    }
  }

  private record ShuffleReader<T>(ShuffleDependency<Integer, T, T> files) implements Reader<T> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<T> read(HostsRdd.Host host, int rank, TaskContext task) {
      return SparkEnv.get()
          .shuffleManager()
          .<Integer, T>getReader(
              files.shuffleHandle(),
              rank,
              rank + 1,
              task,
              task.taskMetrics().createTempShuffleReadMetrics())
          .read()
          .map(new Value<>());
    }
  }

  private static final class Value<T> extends AbstractFunction1<Product2<Integer, T>, T> {
    @Override
    public T apply(Product2<Integer, T> pair) {
      return pair._2();
    }
  }
}
