package io.syncnorm.spark.table;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.image.ImageSchema$;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.UserDefinedType;
import scala.Option;

/** Reads the features of a row. Its columns are the first of the row. */
sealed interface TableFeatures extends Serializable {
  /** Names of the columns, in their order. */
  List<String> columns();

  /** Sizes of a row's dimensions. */
  List<Integer> shape();

  /** Whether a row is an image, whose values are unsigned bytes. */
  default boolean isImage() {
    return false;
  }

  /**
   * Adds the features of a row to the row that is being packed.
   *
   * @param place of the row
   * @throws io.syncnorm.data.DataException if a value is missing or cannot be used
   */
  void read(InternalRow row, RowPacking packing, TableRow place);

  /**
   * Columns of numbers, read as doubles.
   *
   * @param isText for each column, whether its numbers are text
   */
  record NumberColumns(List<String> columns, boolean[] isText) implements TableFeatures {
    private static final long serialVersionUID = 1L;

    @Override
    public List<Integer> shape() {
      return List.of(columns.size());
    }

    @Override
    public void read(InternalRow row, RowPacking packing, TableRow place) {
      for (int i = 0; i < isText.length; i++) {
        if (row.isNullAt(i)) {
          throw missing(columns.get(i), place);
        }
        double value =
            isText[i] ? parsed(row.getUTF8String(i).toString(), i, place) : row.getDouble(i);
        float feature = (float) value;
        if (!Float.isFinite(feature)) {
          throw notFinite(columns.get(i), value, place);
        }
        packing.put(i, feature);
      }
    }

    private double parsed(String text, int column, TableRow place) {
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw place.fault(
            "a feature must be a number",
            columns.get(column),
            "a number",
            text,
            "correct the value, or name the columns that are features");
      }
    }
  }

  /** Features in one column, which may not be null. */
  sealed interface OneColumn extends TableFeatures {
    String column();

    @Override
    default List<String> columns() {
      return List.of(column());
    }

    @Override
    default void read(InternalRow row, RowPacking packing, TableRow place) {
      if (row.isNullAt(0)) {
        throw missing(column(), place);
      }
      readValue(row, packing, place);
    }

    /** Adds the features of a row whose column is not null. */
    void readValue(InternalRow row, RowPacking packing, TableRow place);
  }

  /** Numbers in one column, always as many. */
  sealed interface OneVector extends OneColumn {
    int length();

    @Override
    default List<Integer> shape() {
      return List.of(length());
    }
  }

  /** An image in one column, always of the same size. */
  sealed interface OneImage extends OneColumn {
    @Override
    default boolean isImage() {
      return true;
    }
  }

  /** A column of Spark ML's vectors, dense or sparse. */
  record VectorColumn(String column, int length) implements OneVector {
    private static final long serialVersionUID = 1L;
    private static final UserDefinedType<?> TYPE = (UserDefinedType<?>) SQLDataTypes.VectorType();
    private static final int FIELDS_OF_VECTOR = 4;

    /** The type that formats other than Parquet store and do not read as vectors. */
    static final String STORED = TYPE.sqlType().catalogString();

    @Override
    public void readValue(InternalRow row, RowPacking packing, TableRow place) {
      Vector vector = (Vector) TYPE.deserialize(row.getStruct(0, FIELDS_OF_VECTOR));
      requireLength(vector.size(), length, column, place);
      if (vector instanceof SparseVector sparse) {
        int[] indices = sparse.indices();
        for (int i = 0; i < indices.length; i++) {
          put(indices[i], sparse.values()[i], column, packing, place);
        }
      } else {
        putAll(vector.toArray(), column, packing, place);
      }
    }
  }

  /** A column of arrays, read as doubles. */
  record ArrayColumn(String column, int length) implements OneVector {
    private static final long serialVersionUID = 1L;

    @Override
    public void readValue(InternalRow row, RowPacking packing, TableRow place) {
      ArrayData array = row.getArray(0);
      requireLength(array.numElements(), length, column, place);
      for (int i = 0; i < length; i++) {
        if (array.isNullAt(i)) {
          throw missing(element(column, i), place);
        }
      }
      putAll(array.toDoubleArray(), column, packing, place);
    }
  }

  /** A column of images as Spark's data source {@code image} decodes them. */
  record ImageColumn(String column, List<Integer> shape) implements OneImage {
    private static final long serialVersionUID = 1L;
    private static final int FIELDS_OF_IMAGE = 6;

    @Override
    public void readValue(InternalRow row, RowPacking packing, TableRow place) {
      InternalRow image = row.getStruct(0, FIELDS_OF_IMAGE);
      if (image.getInt(1) < 0) {
        throw notImage(column, image.getUTF8String(0), place);
      }
      requireShape(
          shapeOf(image.getInt(1), image.getInt(2), image.getInt(3)), shape, column, place);
      putPixels(image.getBinary(5), image.getInt(3), packing);
    }
  }

  /** A column of encoded images, such as the bytes of PNG files. */
  record EncodedImageColumn(String column, List<Integer> shape) implements OneImage {
    private static final long serialVersionUID = 1L;

    @Override
    public void readValue(InternalRow row, RowPacking packing, TableRow place) {
      byte[] encoded = row.getBinary(0);
      Row image = decoded(encoded);
      if (image == null) {
        throw notImage(column, encoded.length + " bytes", place);
      }
      requireShape(shapeOf(image), shape, column, place);
      putPixels(image.getAs(5), image.getInt(3), packing);
    }

    /** Decodes an image as the data source {@code image} does; null if it is none. */
    static Row decoded(byte[] encoded) {
      Option<Row> image = ImageSchema$.MODULE$.decode("", encoded);
      return image.isEmpty() ? null : image.get().getStruct(0);
    }
  }

  /** The shape of a decoded image. */
  static List<Integer> shapeOf(Row image) {
    return shapeOf(image.getInt(1), image.getInt(2), image.getInt(3));
  }

  private static List<Integer> shapeOf(int height, int width, int channels) {
    return channels == 1 ? List.of(height, width) : List.of(height, width, channels);
  }

  /** Spark decodes colors to blue, green, red and alpha; features have red first. */
  private static void putPixels(byte[] data, int channels, RowPacking packing) {
    for (int i = 0; i < data.length; i++) {
      int channel = i % channels;
      int from = channels >= 3 && channel < 3 ? i - channel + 2 - channel : i;
      packing.put(i, data[from] & 0xff);
    }
  }

  private static void putAll(double[] values, String column, RowPacking packing, TableRow place) {
    for (int i = 0; i < values.length; i++) {
      put(i, values[i], column, packing, place);
    }
  }

  private static void put(
      int index, double value, String column, RowPacking packing, TableRow place) {
    float feature = (float) value;
    if (!Float.isFinite(feature)) {
      throw notFinite(element(column, index), value, place);
    }
    packing.put(index, feature);
  }

  private static String element(String column, int index) {
    return String.format(Locale.ROOT, "%s[%d]", column, index);
  }

  private static RuntimeException missing(String column, TableRow place) {
    return place.fault("a feature is missing", column, "a value", "null", "drop or fill such rows");
  }

  private static RuntimeException notFinite(String column, double value, TableRow place) {
    return place.fault(
        "a feature must be finite",
        column,
        "a finite number within the range of a float",
        value,
        "drop or fill such rows");
  }

  private static RuntimeException notImage(String column, Object found, TableRow place) {
    return place.fault(
        "an image cannot be decoded",
        column,
        "an image that Java can decode, such as PNG, JPEG, BMP or GIF",
        found,
        "remove the file or convert it");
  }

  private static void requireLength(int found, int length, String column, TableRow place) {
    if (found != length) {
      throw place.fault(
          "rows must have equal numbers of features",
          column,
          length + " features",
          found,
          "correct the row");
    }
  }

  private static void requireShape(
      List<Integer> found, List<Integer> shape, String column, TableRow place) {
    if (!found.equals(shape)) {
      throw place.fault(
          "images must have equal sizes", column, shape, found, "bring the images to one size");
    }
  }
}
