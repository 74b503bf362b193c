package io.syncnorm.spark;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.reflect.ClassTag$;

/** One partition per host, whose only element is the host's access to the rows of its ranks. */
final class HostsRdd<T> extends RDD<HostRows<T>> {
  private static final long serialVersionUID = 1L;

  private final int world;
  private final int hosts;
  private final Reader<T> reader;

  /** Reads the rows of a rank in a task. */
  interface Reader<T> extends Serializable {
    Iterator<T> read(Host host, int rank, TaskContext task);

    /**
     * The partitions of all ranks, if each task carries those of its ranks; called on the driver.
     */
    default Partition[] partitions() {
      return new Partition[0];
    }

    /** Machines on which a host should run, by its lowest rank; none if it may run anywhere. */
    default List<String> machines(int first) {
      return List.of();
    }
  }

  /**
   * A partition.
   *
   * @param first the host's lowest rank
   * @param ofRanks partitions of its ranks, in their order, if they are read in place
   */
  record Host(int index, int first, Partition[] ofRanks) implements Partition {
    private static final long serialVersionUID = 1L;

    Partition of(int rank) {
      return ofRanks[rank - first];
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Host host && host.index == index;
    }

    @Override
    public int hashCode() {
      return index;
    }
  }

  HostsRdd(
      SparkContext spark, List<Dependency<?>> parents, int world, int hosts, Reader<T> reader) {
    super(
        spark,
        ScalaCollections.list(parents),
        ClassTag$.MODULE$.<HostRows<T>>apply(HostRows.class));
    this.world = world;
    this.hosts = hosts;
    this.reader = reader;
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] ofRanks = reader.partitions();
    Partition[] all = new Partition[hosts];
    for (int host = 0; host < hosts; host++) {
      int first = RankRows.first(host, hosts, world);
      int end = RankRows.first(host + 1, hosts, world);
      all[host] =
          new Host(
              host, first, ofRanks.length == 0 ? ofRanks : Arrays.copyOfRange(ofRanks, first, end));
    }
    return all;
  }

  @Override
  public Seq<String> getPreferredLocations(Partition split) {
    return ScalaCollections.list(reader.machines(((Host) split).first()));
  }

  @Override
  public Iterator<HostRows<T>> compute(Partition split, TaskContext task) {
    Host host = (Host) split;
    HostRows<T> rows = rank -> TaskRows.opened(() -> reader.read(host, rank, task));
    return ScalaCollections.iterator(List.of(rows).iterator());
  }
}
