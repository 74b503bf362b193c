package io.syncnorm.data;

import java.util.Locale;

/** The classes in a label file, whatever the type of its numbers. */
final class IdxLabels {
  private final IdxStream in;
  private final IdxHeader header;
  private final int classes;
  private final int columns;
  private byte[] labels = {};
  private DataException fault;

  /** Ones of the current row; whether all rows so far are one and else zeros. */
  private int ones;

  private boolean isOneHot;

  /**
   * @param in behind its header
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
   * @param kept how many labels to keep, the first of the file
   * @return unsigned bytes {@code [kept]}
   * @throws DataException if the file breaks the format, or the first wrong label is among those
   *     kept
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
              "the class of each row, or rows that have it first",
              String.format(Locale.ROOT, "rows of %d zeros and a one", columns - 1),
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
        isInteger ? "label is out of range" : "label is no integer",
        in.file(),
        offset,
        "0 to " + (classes - 1) + " (classes=" + classes + ")",
        (isInteger ? Long.toString((long) value) : Double.toString(value)) + " at index " + row,
        isInteger
            ? "raise the number of classes (data.classes), or correct the file"
            : "labels are numbers of classes: correct the file");
  }
}
