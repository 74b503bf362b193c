package io.syncnorm.ml.predict;

import io.syncnorm.spark.ScalaCollections;
import io.syncnorm.spark.version.Frames;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.DeserializeToObject;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.catalyst.plans.logical.SerializeFromObject;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.ObjectType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.Nil$;
import scala.collection.immutable.Seq;

/**
 * Appends columns that are computed per partition. All other columns keep their attributes and
 * types, and their values are never decoded.
 *
 * <pre>
 * child -> DeserializeToObject -> MapPartitions -> SerializeFromObject
 *          unchanged row           rows -> rows     each old column under its old id, then the new
 * </pre>
 *
 * <p>{@code Dataset.mapPartitions} makes the same plan with encoders at both ends, which give every
 * column a new id, and decode and encode its values.
 */
public final class AppendedColumns {
  private static final DataType TAKEN = new ObjectType(InternalRow.class);

  /**
   * Differs from {@link #TAKEN}; otherwise Spark would pass one model's rows directly to the next.
   */
  private static final DataType GIVEN = new ObjectType(JoinedRow.class);

  private static final Seq<String> NO_QUALIFIER = emptySeq();

  private AppendedColumns() {}

  /**
   * Appends columns to a dataset.
   *
   * @param rows maps {@link InternalRow}s, each valid until the next one is read, to one {@link
   *     JoinedRow} each of the row and the appended values
   */
  public static Dataset<Row> of(
      Dataset<?> dataset,
      List<StructField> appended,
      Function1<scala.collection.Iterator<Object>, scala.collection.Iterator<Object>> rows) {
    LogicalPlan child = Frames.plan(dataset);
    List<Attribute> kept = ScalaCollections.javaList(child.output());
    List<Expression> namesAndColumns = new ArrayList<>();
    StructType whole = new StructType();
    for (Attribute column : kept) {
      String number = "_" + whole.size(); // names may occur twice
      namesAndColumns.add(Literal$.MODULE$.apply(number));
      namesAndColumns.add(column);
      whole = whole.add(number, column.dataType(), column.nullable());
    }
    for (StructField column : appended) {
      whole = whole.add("_" + whole.size(), column.dataType(), column.nullable());
    }
    Expression taken = untouched(TAKEN, new CreateNamedStruct(seq(namesAndColumns)));
    Expression given = untouched(whole, new BoundReference(0, GIVEN, false));
    List<NamedExpression> columns = new ArrayList<>();
    for (Attribute column : kept) {
      columns.add(
          alias(
              new GetStructField(given, columns.size(), Option.empty()),
              column.name(),
              column.exprId(),
              column.qualifier().toList(),
              column.metadata()));
    }
    for (StructField column : appended) {
      columns.add(
          alias(
              new GetStructField(given, columns.size(), Option.empty()),
              column.name(),
              NamedExpression.newExprId(),
              NO_QUALIFIER,
              column.metadata()));
    }
    return Frames.of(
        dataset.sparkSession(),
        new SerializeFromObject(
            seq(columns),
            new MapPartitions(
                rows, object(GIVEN), new DeserializeToObject(taken, object(TAKEN), child))));
  }

  /** Returns the types of columns, in order, as {@link InternalRow}s hold them. */
  public static StructType types(StructType schema) {
    StructType types = new StructType();
    for (StructField column : schema.fields()) {
      types = types.add("_" + types.size(), column.dataType(), column.nullable());
    }
    return types;
  }

  private static Expression untouched(DataType type, Expression row) {
    return Frames.call(
        UntouchedRow.class,
        "of",
        type,
        ScalaCollections.list(List.of(row)),
        ScalaCollections.list(List.of()));
  }

  private static Attribute object(DataType type) {
    return new AttributeReference(
        "obj", type, false, Metadata.empty(), NamedExpression.newExprId(), NO_QUALIFIER);
  }

  private static NamedExpression alias(
      Expression value,
      String name,
      org.apache.spark.sql.catalyst.expressions.ExprId id,
      Seq<String> qualifier,
      Metadata metadata) {
    return new Alias(value, name, id, qualifier, Option.apply(metadata), emptySeq());
  }

  private static <T> Seq<T> seq(List<T> list) {
    return ScalaCollections.list(list);
  }

  @SuppressWarnings("unchecked") // an empty list fits any type
  private static <T> Seq<T> emptySeq() {
    return (Seq<T>) (Seq<?>) Nil$.MODULE$;
  }
}
