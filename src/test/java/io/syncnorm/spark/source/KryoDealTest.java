package io.syncnorm.spark.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.Slow;
import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.LocalSpark;
import io.syncnorm.spark.Packet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a deal depends neither on Spark's serializer nor on the partitions of its rows. */
@Slow
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class KryoDealTest {
  private static final int ROWS = 5_003;
  private static final int LABELS = 3;
  private static final int ROWS_OF_BLOCK = 97;

  @ParameterizedTest
  @ValueSource(classes = {KryoSerializer.class, JavaSerializer.class})
  void shouldGiveTheSameShardsWhateverSerializerAndPartitions(Class<?> serializer) {
    SparkConf conf =
        LocalSpark.conf("KryoDealTest", 2)
            .set("spark.serializer", serializer.getName())
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.classesToRegister", Packet.class.getName());
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      for (int partitions : new int[] {1, 7}) {
        try (PackedData data =
            PackedData.read(spark, TestSource.of(rows(partitions)), LoadListener.NONE)) {
          for (int world : new int[] {2, 4, 40}) {
            assertDealt(data, Dealing.SHUFFLED, world);
            assertDealt(data, Dealing.BY_LABEL, world);
          }
        }
      }
    }
  }

  private static void assertDealt(PackedData data, Dealing dealing, int world) {
    Deal training = dealing.deal(data.survey().training().rowsByLabel(), world, 42);
    Deal test = Dealing.IN_ORDER.deal(data.survey().test().rowsByLabel(), world, 42);
    Map<Long, Integer> found = Collections.synchronizedMap(new TreeMap<>());
    Jobs.forEach(
        data.deal(training, test),
        pieces -> new TreeMap<>(rowsByPlace(pieces)),
        rows -> rows.forEach(found::put));
    Map<Long, Integer> expected = new TreeMap<>();
    long[] ordinals = new long[LABELS];
    for (int row = 0; row < ROWS; row++) {
      int label = label(row);
      expected.put(training.place(row, label, ordinals[label]++), row);
    }
    assertEquals(ROWS, expected.size());
    assertEquals(expected, found);
  }

  /** The number of each row of a shard, which is its first feature. */
  private static Map<Long, Integer> rowsByPlace(Iterator<Piece> pieces) {
    int rank = TaskContext.getPartitionId();
    Map<Long, Integer> rows = new TreeMap<>();
    pieces.forEachRemaining(
        piece -> {
          float[] features = ((Features.Floats) piece.rows().features()).values();
          for (int i = 0; i < piece.positions().length; i++) {
            int row = (int) features[2 * i];
            assertEquals(label(row), piece.rows().label(i));
            rows.put(Deal.placeOf(rank, piece.positions()[i]), row);
          }
        });
    return rows;
  }

  private static int label(int row) {
    return row * 7 % 5 % LABELS;
  }

  /** Blocks of rows of a table, in partitions that are runs of their own. */
  private static List<List<RowBlock>> rows(int partitions) {
    List<List<RowBlock>> all = new ArrayList<>();
    for (int partition = 0; partition < partitions; partition++) {
      int from = ROWS * partition / partitions;
      int to = ROWS * (partition + 1) / partitions;
      List<RowBlock> blocks = new ArrayList<>();
      for (int at = from; at < to; at += ROWS_OF_BLOCK) {
        blocks.add(block(from, at, Math.min(to, at + ROWS_OF_BLOCK)));
      }
      all.add(blocks);
    }
    return all;
  }

  private static RowBlock block(int start, int from, int to) {
    float[] features = new float[2 * (to - from)];
    for (int row = from; row < to; row++) {
      features[2 * (row - from)] = row;
    }
    int[] labels = IntStream.range(from, to).map(KryoDealTest::label).toArray();
    return new RowBlock(
        Part.TRAINING, "table", start, new Rows(2, new Features.Floats(features), labels));
  }
}
