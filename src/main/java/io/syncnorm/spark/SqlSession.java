package io.syncnorm.spark;

import io.syncnorm.spark.version.Frames;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.parser.ParseException;

/** What a session of Spark SQL knows and keeps private in Scala. */
public final class SqlSession {
  private SqlSession() {}

  /** Whether names of columns differ if their case does. */
  public static boolean isCaseSensitive(SparkSession session) {
    return Frames.state(session).conf().caseSensitiveAnalysis();
  }

  /** Parses an expression of Spark SQL. */
  public static Expression parsed(SparkSession session, String expression) throws ParseException {
    return Frames.state(session).sqlParser().parseExpression(expression);
  }

  /** Returns the configuration of Hadoop that reads of a session use. */
  public static Configuration newHadoopConf(SparkSession session) {
    return Frames.state(session).newHadoopConf();
  }

  /** The encoder of arrays of float. */
  public static Encoder<float[]> floats(SparkSession session) {
    return session.implicits().newFloatArrayEncoder();
  }
}
