package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.table.TableSchema.Found;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * Finds the columns of features.
 *
 * @param used names of the columns that are used otherwise
 * @param training features of the training rows, if these rows are for test
 */
record TableFeatureFinder(TableSchema schema, Set<String> used, Optional<TableFeatures> training) {
  private static final String ROLE = "features";
  private static final String KINDS =
      "vectors, arrays of numbers, images (encoded, or of the data source image), or columns of numbers";

  /** Features and the columns to select for them. */
  record Selection(TableFeatures features, List<Column> columns) {}

  /**
   * Finds the columns.
   *
   * @param named names and patterns; empty to choose by type
   */
  Selection find(List<String> named) {
    Selection selection = select(named);
    List<Integer> shape = selection.features().shape();
    if (shape.contains(0)) {
      throw DataException.of(
          "rows have no features",
          schema.table(),
          "at least 1 feature",
          "shape=" + shape,
          "correct column " + selection.features().columns().get(0) + " or name others",
          null);
    }
    if (training.isPresent() && !shape.equals(training.get().shape())) {
      throw DataException.of(
          "test rows must have the features of the training rows",
          schema.table(),
          "shape=" + training.get().shape(),
          "shape=" + shape,
          "correct the features of one of them",
          null);
    }
    return selection;
  }

  private Selection select(List<String> named) {
    List<Found> found = named.isEmpty() ? chosen() : named(named);
    Found first = found.get(0);
    if (found.size() == 1 && isCompound(first.field().dataType())) {
      return compound(first);
    }
    List<Column> columns = new ArrayList<>();
    for (Found each : found) {
      columns.add(number(each));
    }
    boolean[] isText = new boolean[columns.size()];
    for (int i = 0; i < isText.length; i++) {
      isText[i] = found.get(i).field().dataType() instanceof StringType;
    }
    List<String> names = found.stream().map(each -> each.field().name()).toList();
    return new Selection(new TableFeatures.NumberColumns(names, isText), columns);
  }

  /** The one column of vectors, arrays or images, or else all columns of numbers. */
  private List<Found> chosen() {
    List<StructField> free =
        schema.fields().stream().filter(field -> !used.contains(field.name())).toList();
    List<StructField> compound =
        schema.fields().stream().filter(field -> isCompound(field.dataType())).toList();
    List<StructField> chosen =
        compound.isEmpty()
            ? free.stream().filter(field -> isNumber(field.dataType())).toList()
            : compound;
    if (chosen.isEmpty() || compound.size() > 1) {
      throw DataException.of(
          "columns of features must be named",
          schema.table(),
          "one column of vectors, arrays or images, or columns of numbers",
          TableSchema.abbreviated(
              (compound.isEmpty() ? free : compound)
                  .stream()
                      .map(field -> field.name() + " " + field.dataType().catalogString())
                      .toList()),
          "name the columns that are features",
          null);
    }
    return chosen.stream().map(field -> schema.find(field.name(), ROLE)).toList();
  }

  private List<Found> named(List<String> named) {
    Set<String> names = new LinkedHashSet<>();
    for (String name : named) {
      boolean isPattern = schema.field(name).isEmpty() && name.matches(".*[*?].*");
      List<String> matching =
          isPattern
              ? matching(name)
              : List.of(schema.field(name).orElseThrow(() -> schema.missing(name, ROLE)).name());
      for (String each : matching) {
        if (!names.add(each)) {
          throw DataException.of(
              "a feature is named twice",
              schema.table(),
              "each column once",
              each,
              "remove one",
              null);
        }
      }
    }
    return names.stream().map(name -> schema.find(name, ROLE)).toList();
  }

  /** Names of the unused columns that match a pattern, in the order of the schema. */
  private List<String> matching(String pattern) {
    Pattern regex =
        Pattern.compile(
            pattern
                .chars()
                .mapToObj(
                    c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
                .collect(Collectors.joining()));
    List<String> names =
        schema.fields().stream()
            .map(StructField::name)
            .filter(name -> !used.contains(name) && regex.matcher(name).matches())
            .toList();
    if (names.isEmpty()) {
      throw schema.missing(pattern, ROLE);
    }
    return names;
  }

  private Column number(Found found) {
    DataType type = found.field().dataType();
    if (!isNumber(type)) {
      throw schema.wrongType(
          found,
          ROLE,
          KINDS,
          isCompound(type)
              ? "name this column alone, or columns of numbers only"
              : "name other columns, or convert this one");
    }
    return type instanceof StringType ? found.column() : found.column().cast(DataTypes.DoubleType);
  }

  private boolean isNumber(DataType type) {
    return type instanceof NumericType
        || type instanceof BooleanType
        || (type instanceof StringType && schema.hasTextNumbers());
  }

  private static boolean isCompound(DataType type) {
    return isVector(type) || isArray(type) || isImage(type) || type instanceof BinaryType;
  }

  private static boolean isVector(DataType type) {
    return type.equals(SQLDataTypes.VectorType())
        || type.catalogString().equals(TableFeatures.VectorColumn.STORED);
  }

  private static boolean isArray(DataType type) {
    return type instanceof ArrayType array
        && (array.elementType() instanceof NumericType
            || array.elementType() instanceof BooleanType);
  }

  private static boolean isImage(DataType type) {
    return type.catalogString().equals(ImageSchema.columnSchema().catalogString());
  }

  private Selection compound(Found found) {
    String name = found.field().name();
    DataType type = found.field().dataType();
    if (isVector(type)) {
      return new Selection(
          new TableFeatures.VectorColumn(name, vectorLength(found)), List.of(found.column()));
    }
    List<Integer> shape = training.isPresent() ? training.get().shape() : List.of();
    if (isArray(type)) {
      int length = shape.size() == 1 ? shape.get(0) : first(found).getList(0).size();
      return new Selection(
          new TableFeatures.ArrayColumn(name, length),
          List.of(found.column().cast(DataTypes.createArrayType(DataTypes.DoubleType))));
    }
    boolean isImage = isImage(type);
    if (shape.isEmpty()) {
      shape = imageShape(found);
    }
    return new Selection(
        isImage
            ? new TableFeatures.ImageColumn(name, shape)
            : new TableFeatures.EncodedImageColumn(name, shape),
        List.of(found.column()));
  }

  private List<Integer> imageShape(Found found) {
    Row first = first(found);
    Row image =
        isImage(found.field().dataType())
            ? first.getStruct(0)
            : TableFeatures.EncodedImageColumn.decoded(first.getAs(0));
    if (image == null || image.getInt(1) < 1) {
      throw DataException.of(
          "the first value of column " + found.text() + " is not an image",
          schema.table(),
          "an image that Java can decode, such as PNG, JPEG, BMP or GIF",
          image == null ? "other bytes" : image.getString(0),
          "remove or convert the file, or name other columns",
          null);
    }
    return TableFeatures.shapeOf(image);
  }

  /** The size from Spark ML's metadata, from libsvm's, of training, or else of the first vector. */
  private int vectorLength(Found found) {
    int size =
        found.field().dataType().equals(SQLDataTypes.VectorType())
            ? AttributeGroup.fromStructField(found.field()).size()
            : -1;
    if (size < 0 && found.field().metadata().contains("numFeatures")) {
      size = Math.toIntExact(found.field().metadata().getLong("numFeatures"));
    }
    if (size < 0 && training.isPresent()) {
      size = new RowFormat(training.get().shape(), false).rowLength();
    }
    return size >= 0 ? size : length(first(found).get(0));
  }

  private static int length(Object vector) {
    if (vector instanceof Vector known) {
      return known.size();
    }
    Row stored = (Row) vector;
    return stored.isNullAt(1) ? stored.getList(3).size() : stored.getInt(1);
  }

  /** The first row that has a value in a column. */
  private Row first(Found found) {
    List<Row> rows =
        schema.read(() -> schema.frame().select(found.column()).limit(1).collectAsList());
    if (rows.isEmpty() || rows.get(0).isNullAt(0)) {
      throw DataException.of(
          "there are no rows with features",
          schema.table(),
          "a first row with a value in column " + found.text(),
          rows.isEmpty() ? "no rows" : "null",
          "check the path, and drop or fill rows without features",
          null);
    }
    return rows.get(0);
  }
}
