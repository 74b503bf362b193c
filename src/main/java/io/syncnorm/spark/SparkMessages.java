package io.syncnorm.spark;

import io.syncnorm.spark.version.Conditions;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads the words of Spark's messages, where Spark says a thing in no other way. No other class
 * knows them: {@code SparkMessagesTest} lets each version of Spark say them.
 */
public final class SparkMessages {
  /** Spark's name for a lost executor, in its message about a job. */
  private static final String LOSS = "ExecutorLostFailure";

  /**
   * A job that was cancelled or whose context was stopped; its digits are those of the JVM's
   * locale.
   */
  private static final Pattern CANCELLED =
      Pattern.compile("(\\[SPARK_JOB_CANCELLED\\] )?Job \\p{Nd}+ cancelled.*", Pattern.DOTALL);

  /** How Spark's readers name a file. */
  private static final Pattern FILE =
      Pattern.compile(
          "(?i)(?:(?:reading file:?|for file:|path:|ORC file|File) |path=)"
              + "((?:[a-z][a-z0-9+.-]+:)?/\\S+?)[.,;]?(?:\\s|$)");

  private static final Pattern NO_PARQUET =
      Pattern.compile("(?i)((?:[a-z][a-z0-9+.-]+:)?/\\S+) is not a Parquet file");

  /** The code of SQL that Spark 4 adds to its messages. */
  private static final Pattern STATE = Pattern.compile("\\.? SQLSTATE: \\w{5}$");

  private SparkMessages() {}

  /**
   * The line that names the lost executor because of which Spark has ended a job.
   *
   * @param jobFailure what Spark threw
   */
  static Optional<String> lostExecutor(Exception jobFailure) {
    String message = String.valueOf(jobFailure.getMessage());
    int at = message.indexOf(LOSS);
    return at < 0 ? Optional.empty() : message.substring(at).lines().findFirst();
  }

  /** Whether a job was cancelled. */
  static boolean saysCancelled(Exception jobFailure) {
    return CANCELLED.matcher(String.valueOf(jobFailure.getMessage())).matches();
  }

  /** The file that a message of Spark's readers names. */
  public static Optional<String> file(String message) {
    return Stream.of(FILE.matcher(message), NO_PARQUET.matcher(message))
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .reduce((a, b) -> b);
  }

  /** A line of a message without the code of SQL at its end. */
  public static String withoutState(String line) {
    return STATE.matcher(line).replaceFirst("");
  }

  /** Whether an exception is about a record that is not in its file's format. */
  public static boolean isMalformedRecord(Throwable e) {
    return Conditions.of(e).filter(name -> name.startsWith("MALFORMED_")).isPresent();
  }
}
