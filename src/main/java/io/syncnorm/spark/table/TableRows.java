package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;
import io.syncnorm.data.RowBlock;
import io.syncnorm.files.Location;
import io.syncnorm.files.LocationException;
import io.syncnorm.spark.Packet;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Packs the rows of a partition. A block ends where the next row is from another file or another
 * piece of the file.
 */
final class TableRows implements Iterator<Packet<RowBlock>>, TableRow {
  private final TableLayout layout;
  private final Iterator<InternalRow> rows;
  private final RowPacking packing;
  private final Queue<Packet<RowBlock>> ready = new ArrayDeque<>();

  private UTF8String address = UTF8String.EMPTY_UTF8;
  private String file = "";
  private long start;
  private long rowsOfRun;
  private boolean ended;

  TableRows(TableLayout layout, int partition, Iterator<InternalRow> rows) {
    this.layout = layout;
    this.rows = rows;
    this.packing = layout.newPacking();
    this.start = layout.hasFiles() ? -1 : partition;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !ended) {
      Optional<InternalRow> row = read();
      if (row.isPresent()) {
        add(row.get());
      } else {
        ended = true;
        flush();
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

  private Optional<InternalRow> read() {
    try {
      return rows.hasNext() ? Optional.of(rows.next()) : Optional.empty();
    } catch (Exception e) { // Scala does not declare what it throws.
      if (layout.hasFiles() && TableFaults.isOfFile(e)) {
        throw unreadable(e);
      }
      throw e;
    }
  }

  /** The fault of a file that Spark cannot read; it may not be that of the last row. */
  private DataException unreadable(Exception e) {
    UTF8String uri = InputFileBlockHolder.getInputFilePath();
    String reading = uri.numBytes() == 0 ? layout.table() : name(uri);
    return DataException.of(
        "a file cannot be read",
        reading,
        "a readable file of the format",
        TableFaults.reason(e) + (reading.equals(file) ? ", after row=" + rowsOfRun : ""),
        "restore the file or correct its content",
        e);
  }

  private void add(InternalRow row) {
    if (layout.hasFiles()) {
      enter(row.getUTF8String(layout.fileAt()), row.getLong(layout.startAt()));
    }
    rowsOfRun++;
    layout.features().read(row, packing, this);
    packing.end(layout.labels().read(row, layout.labelAt(), this), weight(row));
    if (packing.isFull()) {
      flush();
    }
  }

  /** Begins another run if the row is not of the current one. */
  private void enter(UTF8String itsAddress, long itsStart) {
    if (itsStart != start || !itsAddress.equals(address)) {
      flush();
      address = itsAddress.clone(); // Spark reuses the row.
      file = name(address);
      start = itsStart;
      rowsOfRun = 0;
    }
  }

  /** The name of a file, of which Spark gives a URI. */
  private static String name(UTF8String address) {
    try {
      return Location.of(address.toString()).toString();
    } catch (LocationException e) {
      return address.toString();
    }
  }

  private float weight(InternalRow row) {
    if (!layout.isWeighted()) {
      return 1;
    }
    boolean isNull = row.isNullAt(layout.weightAt());
    float weight = isNull ? Float.NaN : (float) row.getDouble(layout.weightAt());
    if (!(weight >= 0 && weight < Float.POSITIVE_INFINITY)) {
      throw fault(
          "a weight must be finite and at least 0",
          layout.weight(),
          "a finite number of at least 0",
          isNull ? "null" : row.getDouble(layout.weightAt()),
          "correct the weight, or drop such rows");
    }
    return weight;
  }

  private void flush() {
    if (!packing.isEmpty()) {
      ready.add(new Packet<>(new RowBlock(layout.part(), file, start, packing.take())));
    }
  }

  @Override
  public DataException fault(
      String what, String column, Object expected, Object found, String remedy) {
    String place = layout.hasFiles() ? file : layout.table();
    String from =
        layout.hasFiles() ? start > 0 ? ", from offset=" + start : "" : ", partition=" + start;
    return DataException.inRow(what, place + from, rowsOfRun, column, expected, found, remedy);
  }
}
