package io.syncnorm.ml;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.ml.predict.FeatureRows;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.Source;
import io.syncnorm.spark.table.RowPacking;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows of a fit: those of a DataFrame in the order of its partitions, packed by executors.
 * Validation rows are the rows of {@link Part#TEST}.
 */
final class FitRows implements Source {
  private final Dataset<Row> selected;
  private final Packer packer;

  /**
   * @param selected rows as {@link FitColumns#select} returns them
   * @param rowLength features of a row
   */
  FitRows(Dataset<Row> selected, FitColumns columns, LabelRange labelRange, int rowLength) {
    this.selected = selected;
    this.packer = new Packer(columns, labelRange, rowLength);
  }

  @Override
  public RowFormat format() {
    return RowFormat.ofVectors(packer.rowLength);
  }

  @Override
  public JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext spark) {
    return selected.toJavaRDD().mapPartitionsWithIndex(packer, false);
  }

  @Override
  public String description() {
    return "columns " + packer.columns.names();
  }

  /** Packs the rows of a partition. */
  private record Packer(FitColumns columns, LabelRange labelRange, int rowLength)
      implements Function2<Integer, Iterator<Row>, Iterator<Packet<RowBlock>>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Packet<RowBlock>> call(Integer partition, Iterator<Row> rows) {
      return new Blocks(this, partition, rows);
    }

    RowPacking newPacking() {
      return new RowPacking(rowLength, Scale.NONE, columns.isWeighted());
    }
  }

  private static final class Blocks implements Iterator<Packet<RowBlock>> {
    private final Packer packer;
    private final FitColumns columns;
    private final int partition;
    private final Iterator<Row> rows;
    private final RowPacking training;
    private final RowPacking validation;
    private final Queue<Packet<RowBlock>> ready = new ArrayDeque<>();

    Blocks(Packer packer, int partition, Iterator<Row> rows) {
      this.packer = packer;
      this.columns = packer.columns;
      this.partition = partition;
      this.rows = rows;
      this.training = packer.newPacking();
      this.validation = packer.newPacking();
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && rows.hasNext()) {
        Row row = rows.next();
        try {
          add(row);
        } catch (IllegalArgumentException e) {
          throw DataException.reported(e.getMessage());
        }
        if (!rows.hasNext()) {
          send(Part.TRAINING);
          send(Part.TEST);
        }
      }
      return !ready.isEmpty();
    }

    @Override
    public Packet<RowBlock> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the partition has no more rows");
      }
      return ready.remove();
    }

    private void add(Row row) {
      Part part = columns.isValidation(row) ? Part.TEST : Part.TRAINING;
      RowPacking packing = packing(part);
      FeatureRows.forEach(
          row.get(FitColumns.FEATURES_AT), packer.rowLength, columns.features(), packing::put);
      int label = packer.labelRange.require(row.get(FitColumns.LABEL_AT), columns.label());
      packing.end(label, columns.weight(row));
      if (packing.isFull()) {
        send(part);
      }
    }

    private RowPacking packing(Part part) {
      return part == Part.TRAINING ? training : validation;
    }

    private void send(Part part) {
      if (!packing(part).isEmpty()) {
        ready.add(new Packet<>(new RowBlock(part, "", partition, packing(part).take())));
      }
    }
  }
}
