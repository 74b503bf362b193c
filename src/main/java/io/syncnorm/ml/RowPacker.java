package io.syncnorm.ml;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Packs the rows of a partition into chunks for the ranks, like cards: row {@code i} of partition
 * {@code p} goes to rank {@code (p + i) mod world}, so that shards differ by one row per partition
 * at most. Training and validation rows are dealt each for themselves.
 *
 * @param rowLength features of a row
 */
record RowPacker(FitColumns columns, LabelRange labelRange, int rowLength, int world)
    implements Function2<Integer, Iterator<Row>, Iterator<Tuple2<Integer, RowChunk>>> {
  /** All chunks that a task fills at once: 16 MB of floats, or a single row where that is more. */
  private static final int FLOATS_OF_TASK = 1 << 22;

  private static final int MOST_ROWS = 1024;

  @Override
  public Iterator<Tuple2<Integer, RowChunk>> call(Integer partition, Iterator<Row> rows) {
    return new Dealer(partition, rows);
  }

  private final class Dealer implements Iterator<Tuple2<Integer, RowChunk>> {
    private final int partition;
    private final Iterator<Row> rows;
    private final Queue<Tuple2<Integer, RowChunk>> ready = new ArrayDeque<>();
    private final List<ChunkBuilder> training = new ArrayList<>();
    private final List<ChunkBuilder> validation = new ArrayList<>();
    private long trainingRows;
    private long validationRows;
    private int sequence;
    private boolean ended;

    Dealer(int partition, Iterator<Row> rows) {
      this.partition = partition;
      this.rows = rows;
      int capacity =
          Math.max(1, (int) Math.min(MOST_ROWS, FLOATS_OF_TASK / (2L * world * rowLength)));
      for (int rank = 0; rank < world; rank++) {
        training.add(new ChunkBuilder(columns, labelRange, rowLength, capacity));
        validation.add(new ChunkBuilder(columns, labelRange, rowLength, capacity));
      }
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && !ended) {
        if (rows.hasNext()) {
          deal(rows.next());
        } else {
          end();
        }
      }
      return !ready.isEmpty();
    }

    @Override
    public Tuple2<Integer, RowChunk> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("all rows of the partition are dealt");
      }
      return ready.remove();
    }

    private void deal(Row row) {
      try {
        if (isValidation(row)) {
          add(row, (int) ((partition + validationRows++) % world), true);
        } else {
          add(row, (int) ((partition + trainingRows++) % world), false);
        }
      } catch (IllegalArgumentException e) {
        // As a chunk it reaches the caller in its own words; a failed task would be tried again.
        ready.add(
            new Tuple2<>(
                partition % world, new RowChunk.Fault(partition, sequence, e.getMessage())));
        ended = true;
      }
    }

    private boolean isValidation(Row row) {
      if (row.isNullAt(FitColumns.VALIDATION_AT)) {
        throw new IllegalArgumentException(
            "column %s must tell validation rows, found value=null"
                .formatted(columns.validation()));
      }
      return row.getBoolean(FitColumns.VALIDATION_AT);
    }

    private void add(Row row, int rank, boolean isValidation) {
      ChunkBuilder builder = (isValidation ? validation : training).get(rank);
      builder.add(row);
      if (builder.isFull()) {
        send(rank, builder, isValidation);
      }
    }

    private void end() {
      ended = true;
      for (int rank = 0; rank < world; rank++) {
        if (!training.get(rank).isEmpty()) {
          send(rank, training.get(rank), false);
        }
        if (!validation.get(rank).isEmpty()) {
          send(rank, validation.get(rank), true);
        }
      }
    }

    private void send(int rank, ChunkBuilder builder, boolean isValidation) {
      ready.add(new Tuple2<>(rank, builder.take(partition, sequence++, isValidation)));
    }
  }
}
