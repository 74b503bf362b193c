package io.syncnorm.benchmark;

import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.spark.BarrierPartitions;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.Source;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Deals a million rows, narrow and as wide as MNIST's, to 4, 64 and 512 ranks through Spark's
 * shuffle. Prints seconds, and bytes and pieces of the shuffle.
 */
public final class DealBenchmark {
  private static final int ROWS = 1_000_000;
  private static final int PARTITIONS = 8;
  private static final int BLOCK_BYTES = 1 << 22;
  private static final int MOST_ROWS_OF_BLOCK = 1 << 13;
  private static final int ROUNDS = 3;

  private DealBenchmark() {}

  public static void main(String[] arguments) throws TimeoutException {
    SparkConf conf =
        new SparkConf()
            .setMaster("local[2]")
            .setAppName("deal-benchmark")
            .set("spark.ui.enabled", "false")
            .set("spark.driver.host", "127.0.0.1")
            .set("spark.driver.bindAddress", "127.0.0.1");
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      Shuffled shuffled = new Shuffled();
      spark.sc().addSparkListener(shuffled);
      for (int length : new int[] {10, 784}) {
        Generated source = new Generated(length);
        try (PackedData data = PackedData.read(spark, source, LoadListener.NONE)) {
          for (int world : new int[] {4, 64, 512}) {
            deal(spark, data, source, world, shuffled);
          }
        }
      }
    }
  }

  private static void deal(
      JavaSparkContext spark, PackedData data, Generated source, int world, Shuffled shuffled)
      throws TimeoutException {
    double[] seconds = new double[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      shuffled.bytes.set(0);
      shuffled.pieces.set(0);
      long start = System.nanoTime();
      JavaRDD<Piece> pieces =
          data.deal(
              Dealing.SHUFFLED.deal(data.survey().training().rowsByLabel(), world, 42),
              Dealing.IN_ORDER.deal(data.survey().test().rowsByLabel(), world, 42));
      seconds[round] = 1e-9 * (System.nanoTime() - start);
      spark.sc().listenerBus().waitUntilEmpty();
      BarrierPartitions.free(pieces);
    }
    Arrays.sort(seconds);
    System.out.printf(
        Locale.ROOT,
        "%3d features, %3d ranks: %6.2f s (best %.2f), %6.1f MB in %7d pieces, of rows %6.1f MB%n",
        source.length(),
        world,
        seconds[ROUNDS / 2],
        seconds[0],
        1e-6 * shuffled.bytes.get(),
        shuffled.pieces.get(),
        1e-6 * ROWS * (source.rowBytes() + Integer.BYTES + Long.BYTES));
  }

  private static final class Shuffled extends SparkListener {
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong pieces = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      bytes.addAndGet(end.taskMetrics().shuffleWriteMetrics().bytesWritten());
      pieces.addAndGet(end.taskMetrics().shuffleWriteMetrics().recordsWritten());
    }
  }

  /** Random rows: floats if they are narrow, else bytes. */
  private record Generated(int length) implements Source, Serializable {
    private static final long serialVersionUID = 1L;
    private static final int NARROW = 100;

    int rowBytes() {
      return length < NARROW ? Float.BYTES * length : length;
    }

    @Override
    public RowFormat format() {
      return RowFormat.ofVectors(length);
    }

    @Override
    public String description() {
      return "random rows";
    }

    @Override
    public JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext spark) {
      List<Integer> numbers = IntStream.range(0, PARTITIONS).boxed().toList();
      return spark.parallelize(numbers, PARTITIONS).flatMap(this::partition);
    }

    private Iterator<Packet<RowBlock>> partition(int number) {
      int rows = ROWS / PARTITIONS;
      int rowsOfBlock = Math.min(MOST_ROWS_OF_BLOCK, BLOCK_BYTES / rowBytes());
      SplittableRandom random = new SplittableRandom(number);
      return IntStream.iterate(0, at -> at < rows, at -> at + rowsOfBlock)
          .mapToObj(at -> rows(Math.min(rowsOfBlock, rows - at), random))
          .map(block -> new Packet<>(new RowBlock(Part.TRAINING, "", number, block)))
          .iterator();
    }

    private Rows rows(int count, SplittableRandom random) {
      int[] labels = random.ints(count, 0, 10).toArray();
      if (length < NARROW) {
        float[] values = new float[count * length];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble();
        }
        return new Rows(length, new Features.Floats(values), labels);
      }
      byte[] bytes = new byte[count * length];
      random.nextBytes(bytes);
      return new Rows(length, new Features.Bytes(bytes, 1), labels);
    }
  }
}
