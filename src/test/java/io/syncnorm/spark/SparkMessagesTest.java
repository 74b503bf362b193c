package io.syncnorm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;

/** Lets Spark say what we read in its messages. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SparkMessagesTest {
  private static JavaSparkContext spark;
  private static SparkSession session;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = LocalSpark.start("SparkMessagesTest", 1);
    session = SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @Test
  void shouldRecognizeALostExecutor() {
    String spoken = new ExecutorLostFailure("7", true, Option.apply("it is gone")).toErrorString();
    Exception ofJob = new Exception("Job aborted due to stage failure: " + spoken + "\nmore");
    assertEquals(Optional.of(spoken), SparkMessages.lostExecutor(ofJob));
    assertEquals(Optional.empty(), SparkMessages.lostExecutor(new Exception("another failure")));
    assertEquals(Optional.empty(), SparkMessages.lostExecutor(new Exception()));
  }

  @Test
  void shouldLeaveOutTheCodeOfSql() {
    String line = "[MALFORMED_CSV_RECORD] Malformed CSV record: 1,2";
    assertEquals(line, SparkMessages.withoutState(line + " SQLSTATE: KD000"));
    assertEquals(line, SparkMessages.withoutState(line + ". SQLSTATE: KD000"));
    assertEquals(line, SparkMessages.withoutState(line));
  }

  @Test
  void shouldRecognizeACancelledJob() {
    JavaFutureAction<Void> job =
        spark.parallelize(List.of(1), 1).foreachAsync(row -> Thread.sleep(60_000));
    while (spark.statusTracker().getActiveJobIds().length == 0) {
      Thread.onSpinWait();
    }
    spark.sc().cancelAllJobs();
    Exception failure = (Exception) assertThrows(ExecutionException.class, job::get).getCause();
    assertTrue(SparkMessages.saysCancelled(failure), failure.toString());
    assertFalse(SparkMessages.saysCancelled(new Exception("Job 7 failed")));
  }

  /** Bytes that are not in the format. */
  @ParameterizedTest
  @ValueSource(strings = {"parquet", "orc"})
  void shouldFindTheFileThatCannotBeRead(String format) throws Exception {
    Path file =
        Files.writeString(folder.resolve("rows." + format), "these are no rows\n".repeat(9));
    Dataset<Row> rows =
        session.read().schema("x double").format(format).load(folder.toUri().toString());
    Exception failure = assertThrows(Exception.class, rows::collectAsList);
    List<String> found =
        Stream.concat(Stream.of(failure), ExceptionUtils.getThrowableList(failure).stream())
            .flatMap(cause -> SparkMessages.file(String.valueOf(cause.getMessage())).stream())
            .toList();
    assertTrue(found.stream().anyMatch(name -> name.endsWith(file.toString())), failure.toString());
  }

  @Test
  void shouldRecognizeAMalformedRecord() throws Exception {
    Files.writeString(folder.resolve("rows.json"), "{\"x\": 1}\n{\"x\"\n");
    Dataset<Row> rows =
        session
            .read()
            .schema("x double")
            .option("mode", "FAILFAST")
            .json(folder.toUri().toString());
    Exception failure = assertThrows(Exception.class, rows::collectAsList);
    assertTrue(
        ExceptionUtils.getThrowableList(failure).stream()
            .anyMatch(SparkMessages::isMalformedRecord),
        failure.toString());
    assertFalse(SparkMessages.isMalformedRecord(new Exception("malformed")));
  }
}
