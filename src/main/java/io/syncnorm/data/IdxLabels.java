package io.syncnorm.data;

import java.util.Locale;

/** Reads the classes from a label file with numbers of any type. */
final class IdxLabels {
  private final IdxStream in;
  private final IdxHeader header;
  private final int classes;
  private final int columns;
  private byte[] labels = {};
  private DataException fault;

  /** Number of ones in the current row. */
  private int ones;

  private boolean isOneHot; // every row so far has a single one and otherwise zeros

  /**
   * @param in positioned after its header
   */
  IdxLabels(IdxStream in, IdxHeader header, int classes) {
    this.in = in;
    this.header = header;
    this.classes = classes;
    this.columns = header.sizes().size() == 1 ? 1 : header.sizes().get(1);
    this.isOneHot = columns > 2 || (columns == 2 && classes == 2);
  }

  /**
   * Reads the file to its end.
   *
   * @param kept number of labels to keep, from the beginning of the file
   * @return unsigned bytes {@code [kept]}
   * @throws DataException if the file violates the format or a label that is kept is invalid
   */
  byte[] read(int kept) {
    long start = in.offset();
    labels = new byte[kept];
    in.readValues(
        header.type(),
        (long) kept * columns,
        (long) header.count() * columns,
        (index, value) -> take(index, value, start));
    if (fault == null && isOneHot) {
      fault =
          DataException.at(
              "labels are one-hot",
              in.file(),
              start,
              "the class of each row, or rows that begin with it",
              String.format(Locale.ROOT, "rows with %d zeros and a one", columns - 1),
              "write the number of the class instead");
    }
    if (fault != null) {
      throw fault;
    }
    return labels;
  }

  private void take(long index, double value, long start) {
    int column = (int) (index % columns);
    int row = (int) (index / columns);
    if (column == 0) {
      ones = 0;
      if (value >= 0 && value < classes && value == Math.rint(value)) {
        labels[row] = (byte) (int) value;
      } else if (fault == null) {
        fault = wrong(value, row, start + index * header.type().bytes());
      }
    }
    ones += value == 1 ? 1 : 0;
    isOneHot &= (value == 0 || value == 1) && (column < columns - 1 || ones == 1);
  }

  private DataException wrong(double value, int row, long offset) {
    boolean isInteger = value == Math.rint(value) && !Double.isInfinite(value);
    return DataException.at(
        isInteger ? "label is out of range" : "label is not an integer",
        in.file(),
        offset,
        "0 to " + (classes - 1) + " (classes=" + classes + ")",
        (isInteger ? Long.toString((long) value) : Double.toString(value)) + " at index " + row,
        isInteger
            ? "raise the number of classes (data.classes), or correct the file"
            : "labels must be class numbers: correct the file");
  }
}
