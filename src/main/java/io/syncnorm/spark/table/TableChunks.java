package io.syncnorm.spark.table;

import io.syncnorm.data.RowBlock;
import io.syncnorm.spark.input.InputChunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import scala.Function1;

/** Packs the rows of a partition, and keeps some of their columns. */
final class TableChunks implements Iterator<InputChunk> {
  private final TableRows blocks;

  /** Of the rows that have been read and not returned, in their order. */
  private final Deque<Row> kept = new ArrayDeque<>();

  /**
   * @param at index of the struct of the columns to keep
   */
  TableChunks(
      TableLayout layout, int at, StructType type, int partition, Iterator<InternalRow> rows) {
    Function1<Object, Object> converter = CatalystTypeConverters.createToScalaConverter(type);
    this.blocks =
        new TableRows(
            layout,
            partition,
            new Iterator<>() {
              @Override
              public boolean hasNext() {
                return rows.hasNext();
              }

              @Override
              public InternalRow next() {
                InternalRow row = rows.next();
                kept.add((Row) converter.apply(row.getStruct(at, type.size())));
                return row;
              }
            });
  }

  @Override
  public boolean hasNext() {
    return blocks.hasNext();
  }

  @Override
  public InputChunk next() {
    RowBlock block = blocks.next().value();
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < block.rows().count(); row++) {
      rows.add(kept.remove());
    }
    return new InputChunk(block, rows);
  }
}
