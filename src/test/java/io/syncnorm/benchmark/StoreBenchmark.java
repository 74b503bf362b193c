package io.syncnorm.benchmark;

import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import io.syncnorm.data.shard.Budget;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.data.shard.RowOrder;
import io.syncnorm.data.shard.RowStore;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Times the mini-batches of a store, 128 rows of 784 bytes: in memory, and from a file in the page
 * cache. The numbers from disk are for a rank that does nothing else, so it waits for each window.
 *
 * <pre>
 * java -Xmx2g -cp ... io.syncnorm.benchmark.StoreBenchmark FOLDER [ROWS]
 * </pre>
 */
public final class StoreBenchmark {
  private static final int LENGTH = 784;
  private static final int PIECE_ROWS = 10_000;

  private StoreBenchmark() {}

  /** Prints the times of several epochs. */
  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    int rows = args.length > 1 ? Integer.parseInt(args[1]) : 60_000;
    for (long budget : new long[] {Long.MAX_VALUE, 0}) {
      long start = System.nanoTime();
      try (RowStore store = store(rows, new Budget(budget), folder)) {
        String where = budget == 0 ? "disk" : "memory";
        print("%s: loaded in %.2f s", where, (System.nanoTime() - start) / 1e9);
        for (RowOrder order : RowOrder.values()) {
          try (MiniBatches batches = new MiniBatches(store, 128, order, 42, 0)) {
            for (int epoch = 0; epoch < 6; epoch++) {
              time(where + " " + order, batches, epoch);
            }
          }
        }
      }
    }
  }

  private static RowStore store(int rows, Budget budget, Path folder) {
    SplittableRandom random = new SplittableRandom(1);
    Shape shape = Shape.dense(LENGTH, Shape.Kind.PIXELS, false, rows);
    try (RowStore.Builder builder =
        RowStore.builder(shape, RowOrder.RESHUFFLED_EACH_EPOCH, budget, () -> folder)) {
      for (int from = 0; from < rows; from += PIECE_ROWS) {
        int count = Math.min(PIECE_ROWS, rows - from);
        byte[] bytes = new byte[count * LENGTH];
        random.nextBytes(bytes);
        long[] positions = new long[count];
        for (int i = 0; i < count; i++) {
          positions[i] = (from + i) * 7919L % rows; // scattered; 7919 is prime
        }
        Rows piece = new Rows(LENGTH, new Features.Bytes(bytes), new int[count]);
        builder.add(new Piece(Part.TRAINING, positions, piece));
      }
      return builder.finish();
    }
  }

  private static void time(String what, MiniBatches batches, int epoch) {
    long start = System.nanoTime();
    batches.startEpoch(epoch);
    int steps = 0;
    while (batches.next() > 0) {
      steps++;
    }
    print("%s: %.1f us per mini-batch", what, (System.nanoTime() - start) / 1e3 / steps);
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
