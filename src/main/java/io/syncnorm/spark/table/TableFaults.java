package io.syncnorm.spark.table;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SparkThrowable;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/** Reads the exceptions of Spark's readers. */
final class TableFaults {
  private static final List<Class<?>> FAULTS_OF_FILES =
      List.of(
          FileNotFoundException.class,
          EOFException.class,
          ZipException.class,
          CharacterCodingException.class);

  /** ORC's exception, which is an IOException. */
  private static final String FILE_FORMAT = "FileFormatException";

  private TableFaults() {}

  /**
   * Whether a file or its content is at fault. Any other failure to read is left to Spark, which
   * tries the task again.
   */
  static boolean isOfFile(Throwable e) {
    TaskContext task = TaskContext.get();
    if (e instanceof TaskKilledException || (task != null && task.isInterrupted())) {
      return false;
    }
    List<Throwable> chain = ExceptionUtils.getThrowableList(e);
    return chain.stream().noneMatch(IOException.class::isInstance)
        || chain.stream()
            .anyMatch(
                each ->
                    FAULTS_OF_FILES.stream().anyMatch(type -> type.isInstance(each))
                        || each.getClass().getSimpleName().equals(FILE_FORMAT)
                        || isMalformed(each));
  }

  /** Jackson's exceptions are IOExceptions, but Spark's say that a record is malformed. */
  private static boolean isMalformed(Throwable e) {
    return e instanceof SparkThrowable spark
        && spark.getErrorClass() != null
        && spark.getErrorClass().startsWith("MALFORMED_");
  }

  /** The first line of the message of the root cause. */
  static String reason(Throwable e) {
    Throwable root = Optional.ofNullable(ExceptionUtils.getRootCause(e)).orElse(e);
    String message = root.getMessage();
    return message == null || message.isBlank()
        ? root.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow();
  }
}
