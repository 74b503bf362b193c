package io.syncnorm.data.idx;

import io.syncnorm.data.DataException;
import java.util.Locale;

/** Reads the classes from a label file with numbers of any type, some rows at a time. */
final class IdxLabels {
  private final IdxStream in;
  private final IdxHeader header;
  private final int classes;
  private final int columns;

  /** Number of ones in the current row. */
  private int ones;

  private boolean isOneHot; // every row so far has a single one and otherwise zeros

  /**
   * @param in positioned at the first column of a row
   */
  IdxLabels(IdxStream in, IdxHeader header, int classes) {
    this.in = in;
    this.header = header;
    this.classes = classes;
    this.columns = header.rowLength();
    this.isOneHot = columns > 2 || (columns == 2 && classes == 2);
  }

  /**
   * Reads the classes of the next rows.
   *
   * @throws DataException if the file ends before, or a label is invalid
   */
  int[] read(int rows) {
    int[] labels = new int[rows];
    long first = (in.offset() - header.bytes()) / header.type().bytes();
    in.readValues(
        header.type(), (long) rows * columns, (index, value) -> take(index, first, value, labels));
    return labels;
  }

  /**
   * Reads the file to its end.
   *
   * @throws DataException if the file has another length than its header says, or the rows that
   *     were read do not begin with a class
   */
  IdxFile finish() {
    IdxFile file = in.finish();
    if (isOneHot) {
      throw DataException.at(
          "labels are one-hot",
          in.file(),
          header.bytes(),
          "the class of each row, or rows that begin with it",
          String.format(Locale.ROOT, "rows with %d zeros and a one", columns - 1),
          "write the number of the class instead");
    }
    return file;
  }

  private void take(long index, long first, double value, int[] labels) {
    int column = (int) (index % columns);
    if (column == 0) {
      ones = 0;
      if (!(value >= 0 && value < classes && value == Math.rint(value))) {
        throw wrong(value, index);
      }
      labels[(int) ((index - first) / columns)] = (int) value;
    }
    ones += value == 1 ? 1 : 0;
    isOneHot &= (value == 0 || value == 1) && (column < columns - 1 || ones == 1);
  }

  private DataException wrong(double value, long index) {
    boolean isInteger = value == Math.rint(value) && !Double.isInfinite(value);
    return DataException.at(
        isInteger ? "label is out of range" : "label is not an integer",
        in.file(),
        header.bytes() + index * header.type().bytes(),
        "0 to " + (classes - 1) + " (classes=" + classes + ")",
        (isInteger ? Long.toString((long) value) : Double.toString(value))
            + " at index "
            + index / columns,
        isInteger
            ? "raise the number of classes (data.classes), or correct the file"
            : "labels must be class numbers: correct the file");
  }
}
