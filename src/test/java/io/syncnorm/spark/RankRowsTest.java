package io.syncnorm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction1;

/** Tests that each rank gets its own rows, on whichever host it runs. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RankRowsTest {
  private static final int WORLD = 7;
  private static final int OF_RANK = 50;
  private static final int SLOTS = 4;

  private static JavaSparkContext spark;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start("RankRowsTest", SLOTS);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  /** Row {@code n} belongs to rank {@code n % WORLD}. */
  @Test
  void shouldReadOneShuffleForAnyNumberOfHosts() {
    List<Tuple2<Integer, Integer>> dealt =
        IntStream.range(0, WORLD * OF_RANK).mapToObj(n -> new Tuple2<>(n % WORLD, n)).toList();
    RankRows<Integer> rows =
        RankRows.shuffled(
            BarrierPartitions.shuffled(
                JavaPairRDD.fromJavaRDD(spark.parallelize(dealt, 3)), WORLD));
    for (int hosts : new int[] {4, 1, 3, 2}) {
      assertTrue(rows.isBarrier(hosts));
      assertEquals(expected(), rowsByRank(rows, hosts), () -> hosts + " hosts");
    }
    rows.free();
  }

  @Test
  void shouldReadPartitionsInPlaceForAnyNumberOfHosts() {
    List<Integer> sorted =
        IntStream.range(0, WORLD).boxed().flatMap(rank -> expected().get(rank).stream()).toList();
    RankRows<Integer> rows = RankRows.inPlace(spark.parallelize(sorted, WORLD).map(n -> n));
    for (int hosts : new int[] {4, 1, 3}) {
      assertFalse(rows.isBarrier(hosts), "Spark would refuse it");
      assertEquals(expected(), rowsByRank(rows, hosts), () -> hosts + " hosts");
    }
    assertTrue(rows.isBarrier(WORLD));
  }

  @Test
  void shouldAskForTheMachinesOfRanksWithoutRows() {
    RDD<HostRows<Integer>> hosts =
        RankRows.<Integer>none(List.of("first", "second")).hosts(spark, 2);
    List<List<String>> machines =
        Arrays.stream(hosts.partitions())
            .map(host -> ScalaCollections.javaList(hosts.preferredLocations(host)))
            .toList();
    assertEquals(List.of(List.of("first"), List.of("second")), machines);
    RDD<HostRows<Integer>> anywhere = RankRows.<Integer>none(2).hosts(spark, 2);
    assertTrue(anywhere.preferredLocations(anywhere.partitions()[1]).isEmpty());
  }

  @Test
  void shouldDivideAWorldIntoConsecutiveRanks() {
    assertEquals(
        List.of(0, 2, 5, 8),
        IntStream.rangeClosed(0, 3).map(h -> RankRows.first(h, 3, 8)).boxed().toList());
    assertEquals(
        List.of(0, 1, 2, 3),
        IntStream.rangeClosed(0, 3).map(h -> RankRows.first(h, 3, 3)).boxed().toList());
  }

  private static Map<Integer, Set<Integer>> expected() {
    Map<Integer, Set<Integer>> all = new TreeMap<>();
    for (int n = 0; n < WORLD * OF_RANK; n++) {
      all.computeIfAbsent(n % WORLD, rank -> new TreeSet<>()).add(n);
    }
    return all;
  }

  private static Map<Integer, Set<Integer>> rowsByRank(RankRows<Integer> rows, int hosts) {
    Map<Integer, Set<Integer>> found = new TreeMap<>();
    ClassTag<int[]> type = ClassTag$.MODULE$.apply(int[].class);
    var rdd = rows.hosts(spark, hosts);
    ReadAll read = new ReadAll(hosts);
    var computed =
        (rows.isBarrier(hosts)
                ? rdd.barrier().mapPartitions(read, false, type)
                : rdd.mapPartitions(read, false, type))
            .toJavaRDD();
    assertEquals(hosts, computed.getNumPartitions());
    for (int[] pair : computed.collect()) {
      assertTrue(found.computeIfAbsent(pair[0], rank -> new TreeSet<>()).add(pair[1]));
    }
    return found;
  }

  private static final class ReadAll
      extends AbstractFunction1<
          scala.collection.Iterator<HostRows<Integer>>, scala.collection.Iterator<int[]>>
      implements Serializable {
    private static final long serialVersionUID = 1L;
    private final int hosts;

    ReadAll(int hosts) {
      this.hosts = hosts;
    }

    @Override
    public scala.collection.Iterator<int[]> apply(
        scala.collection.Iterator<HostRows<Integer>> partition) {
      int host = TaskContext.getPartitionId();
      HostRows<Integer> rows = partition.next();
      List<int[]> read = new ArrayList<>();
      int end = RankRows.first(host + 1, hosts, WORLD);
      for (int rank = end - 1; rank >= RankRows.first(host, hosts, WORLD); rank--) {
        for (Iterator<Integer> own = rows.of(rank); own.hasNext(); ) {
          read.add(new int[] {rank, own.next()});
        }
      }
      return ScalaCollections.iterator(read.iterator());
    }
  }
}
