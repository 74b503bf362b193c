package io.syncnorm.spark.version;

import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.objects.StaticInvoke;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.internal.SessionState;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.List;
import scala.collection.immutable.Nil$;

/** Internals of Spark SQL that differ between versions of Spark. */
public final class Frames {
  private Frames() {}

  /** The plan of a DataFrame, analyzed. */
  public static LogicalPlan plan(Dataset<?> frame) {
    return frame.logicalPlan();
  }

  /** How Spark executes a DataFrame. */
  public static QueryExecution execution(Dataset<?> frame) {
    return frame.queryExecution();
  }

  /** Returns the DataFrame of a plan. */
  public static Dataset<Row> of(SparkSession session, LogicalPlan plan) {
    return Dataset.ofRows(session, plan);
  }

  /** Whether names of columns differ if their case does. */
  public static boolean isCaseSensitive(SparkSession session) {
    return state(session).conf().caseSensitiveAnalysis();
  }

  /** Parses an expression of Spark SQL. */
  public static Expression parsed(SparkSession session, String expression) throws ParseException {
    return state(session).sqlParser().parseExpression(expression);
  }

  /** Returns the configuration of Hadoop that reads of a session use. */
  public static Configuration newHadoopConf(SparkSession session) {
    return state(session).newHadoopConf();
  }

  /** The encoder of arrays of float. */
  public static Encoder<float[]> floats(SparkSession session) {
    return session.implicits().newFloatArrayEncoder();
  }

  /**
   * Returns the call of a static method of one argument, which is null if the argument is, and
   * otherwise not.
   */
  public static Expression call(Class<?> owner, String method, DataType type, Expression argument) {
    return new StaticInvoke(owner, type, method, seq(argument), seq(), true, false, true);
  }

  @SuppressWarnings("unchecked") // a list of no elements fits any type
  private static <T> List<T> seq() {
    return (List<T>) Nil$.MODULE$;
  }

  private static <T> List<T> seq(T element) {
    return Frames.<T>seq().$colon$colon(element);
  }

  private static SessionState state(SparkSession session) {
    return session.sessionState();
  }
}
