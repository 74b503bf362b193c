package io.syncnorm.spark.version;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.internal.SessionState;
import org.apache.spark.sql.types.AbstractDataType;
import org.apache.spark.sql.types.DataType;
import scala.Option;
import scala.collection.immutable.List;

/** Internals of Spark SQL that differ between versions of Spark. */
public final class Frames {
  private Frames() {}

  /** The plan of a DataFrame, analyzed. */
  public static LogicalPlan plan(Dataset<?> frame) {
    return ((org.apache.spark.sql.classic.Dataset<?>) frame).logicalPlan();
  }

  /** How Spark executes a DataFrame. */
  public static QueryExecution execution(Dataset<?> frame) {
    return ((org.apache.spark.sql.classic.Dataset<?>) frame).queryExecution();
  }

  /** Returns the DataFrame of a plan. */
  public static Dataset<Row> of(SparkSession session, LogicalPlan plan) {
    return org.apache.spark.sql.classic.Dataset.ofRows(
        (org.apache.spark.sql.classic.SparkSession) session, plan);
  }

  /**
   * Returns the call of a static method, which is null if an argument is, and otherwise not.
   *
   * @param types to which arguments are converted; empty if they are not
   */
  public static Expression call(
      Class<?> owner,
      String method,
      DataType type,
      List<Expression> arguments,
      List<AbstractDataType> types) {
    return new StaticInvoke(
        owner, type, method, arguments, types, true, false, true, Option.empty());
  }

  /** What a session of Spark SQL works with. */
  public static SessionState state(SparkSession session) {
    return ((org.apache.spark.sql.classic.SparkSession) session).sessionState();
  }
}
