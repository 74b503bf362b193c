package io.syncnorm.ml;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.ml.predict.FeatureRows;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Deals the rows of a partition to the ranks, packed into chunks. Row {@code i} of partition {@code
 * p} goes to rank {@code (p + i) mod world}, so that shards differ by at most one row per
 * partition. Training and validation rows are dealt separately.
 *
 * @param rowLength features of a row
 */
record RowPacker(FitColumns columns, LabelRange labelRange, int rowLength, int world)
    implements Function2<Integer, Iterator<Row>, Iterator<Tuple2<Integer, RowChunk>>> {
  /**
   * Size of all chunks that a task fills at once: 16 MB of floats, or a single row if that is
   * larger.
   */
  private static final int FLOATS_OF_TASK = 1 << 22;

  private static final int MOST_ROWS = 1024;

  @Override
  public Iterator<Tuple2<Integer, RowChunk>> call(Integer partition, Iterator<Row> rows) {
    return new Dealer(partition, rows);
  }

  private final class Dealer implements Iterator<Tuple2<Integer, RowChunk>> {
    private final int partition;
    private final Iterator<Row> rows;
    private final int capacity =
        Math.max(1, (int) Math.min(MOST_ROWS, FLOATS_OF_TASK / (2L * world * rowLength)));
    private final Queue<Tuple2<Integer, RowChunk>> ready = new ArrayDeque<>();

    /** Two piles per rank: its training rows, then its validation rows. */
    private final List<Pile> piles = new ArrayList<>();

    private long trainingRows;
    private long validationRows;
    private int sequence;
    private boolean ended;

    Dealer(int partition, Iterator<Row> rows) {
      this.partition = partition;
      this.rows = rows;
      for (int rank = 0; rank < world; rank++) {
        piles.add(new Pile(rank, false));
        piles.add(new Pile(rank, true));
      }
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && !ended) {
        if (rows.hasNext()) {
          deal(rows.next());
        } else {
          ended = true;
          piles.stream().filter(pile -> pile.count > 0).forEach(Pile::send);
        }
      }
      return !ready.isEmpty();
    }

    @Override
    public Tuple2<Integer, RowChunk> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the partition has no more rows");
      }
      return ready.remove();
    }

    private void deal(Row row) {
      try {
        boolean isValidation = isValidation(row);
        long number = partition + (isValidation ? validationRows++ : trainingRows++);
        piles.get((int) (number % world) * 2 + (isValidation ? 1 : 0)).add(row);
      } catch (IllegalArgumentException e) {
        // Sent as a chunk, because Spark would retry a failed task and wrap its message.
        ready.add(
            new Tuple2<>(
                partition % world, new RowChunk.Refused(partition, sequence, e.getMessage())));
        ended = true;
      }
    }

    /** Collects rows for one rank until they fill a chunk. */
    private final class Pile {
      private final int rank;
      private final boolean isValidation;
      private float[] features;
      private int[] labels;
      private float[] weights;
      private int count;

      Pile(int rank, boolean isValidation) {
        this.rank = rank;
        this.isValidation = isValidation;
      }

      void add(Row row) {
        if (features == null) {
          features = new float[Math.multiplyExact(capacity, rowLength)];
          labels = new int[capacity];
          weights = new float[columns.weight().isEmpty() ? 0 : capacity];
        }
        FeatureRows.copy(
            row.get(FitColumns.FEATURES_AT),
            rowLength,
            features,
            count * rowLength,
            columns.features());
        labels[count] = labelRange.require(row.get(FitColumns.LABEL_AT), columns.label());
        if (weights.length > 0) {
          weights[count] = weight(row.get(FitColumns.WEIGHT_AT));
        }
        count++;
        if (count == capacity) {
          send();
        }
      }

      /** Sends the rows as a chunk, and clears the pile. */
      private void send() {
        boolean isFull = count == capacity;
        Rows packed =
            new Rows(
                rowLength,
                new Features.Floats(isFull ? features : Arrays.copyOf(features, count * rowLength)),
                isFull ? labels : Arrays.copyOf(labels, count));
        if (weights.length > 0) {
          packed = packed.withWeights(isFull ? weights : Arrays.copyOf(weights, count));
        }
        ready.add(
            new Tuple2<>(rank, RowChunk.Packed.of(partition, sequence++, isValidation, packed)));
        features = null;
        count = 0;
      }
    }
  }

  private boolean isValidation(Row row) {
    if (row.isNullAt(FitColumns.VALIDATION_AT)) {
      throw new IllegalArgumentException(
          "column %s must mark validation rows, found value=null; expected true or false"
              .formatted(columns.validation()));
    }
    return row.getBoolean(FitColumns.VALIDATION_AT);
  }

  private float weight(Object value) {
    if (!(value instanceof Double weight)
        || !(weight >= 0 && Float.isFinite(weight.floatValue()))) {
      throw new IllegalArgumentException(
          "column %s must hold weights that are finite and at least 0, found value=%s"
              .formatted(columns.weight(), value));
    }
    return weight.floatValue();
  }
}
