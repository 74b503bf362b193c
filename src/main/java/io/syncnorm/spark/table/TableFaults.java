package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;
import io.syncnorm.spark.SparkMessages;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.ZipException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/** Reads the exceptions of Spark's readers. */
final class TableFaults {
  private static final List<Class<?>> FAULTS_OF_FILES =
      List.of(
          FileNotFoundException.class,
          EOFException.class,
          ZipException.class,
          CharacterCodingException.class,
          AccessDeniedException.class);

  /** IOExceptions of ORC and of Hadoop's file systems. */
  private static final Set<String> NAMES_OF_FAULTS =
      Set.of("FileFormatException", "InvalidProtocolBufferException", "AccessControlException");

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
                        || NAMES_OF_FAULTS.contains(each.getClass().getSimpleName())
                        // Jackson's exceptions are IOExceptions, but Spark's say what they mean.
                        || SparkMessages.isMalformedRecord(each));
  }

  /** What the root cause says, in one line. */
  static String reason(Throwable e) {
    Throwable root = Optional.ofNullable(ExceptionUtils.getRootCause(e)).orElse(e);
    return SparkMessages.withoutState(DataException.reason(root));
  }
}
