package io.syncnorm.spark.source;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Shape;
import java.io.Serializable;

/** What the driver knows about the data after it was read: counts, and no row. */
public record Survey(RowFormat format, Counts training, Counts test) implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * Rows with fewer than one in so many values other than 0 are stored, and multiplied, as sparse.
   */
  private static final int SPARSE = 50;

  public Counts counts(Part part) {
    return part == Part.TRAINING ? training : test;
  }

  /**
   * The shape of the rows of one part, with all of its rows. How rows are stored depends on the
   * training rows alone, and not on their format or partitions.
   */
  public Shape shape(Part part) {
    Counts counts = counts(part);
    int length = format.rowLength();
    if (training.nonzeros() * SPARSE < (double) training.rows() * length) {
      double perRow = (double) counts.nonzeros() / counts.rows();
      return Shape.sparse(length, counts.isWeighted(), counts.rows(), perRow);
    }
    Shape.Kind kind =
        !training.isBytes() || !test.isBytes()
            ? Shape.Kind.FLOATS
            : format.isPixels() ? Shape.Kind.PIXELS : Shape.Kind.BYTES;
    return Shape.dense(length, kind, counts.isWeighted(), counts.rows());
  }
}
