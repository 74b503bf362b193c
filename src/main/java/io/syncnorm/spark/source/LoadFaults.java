package io.syncnorm.spark.source;

import io.syncnorm.data.DataException;
import io.syncnorm.spark.Interruption;
import io.syncnorm.spark.SparkMessages;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;

/** Runs jobs that read or deal rows, and says what is wrong with the rows when they fail. */
public final class LoadFaults {
  private static final String NO_SPACE = "No space left on device";

  private LoadFaults() {}

  /**
   * Runs work that submits jobs.
   *
   * @param description the source, named where Spark names no file
   * @throws DataException if rows cannot be read
   * @throws java.util.concurrent.CancellationException if the job was cancelled, or this thread
   *     interrupted
   */
  public static <T> T named(JavaSparkContext spark, String description, Supplier<T> work) {
    return Interruption.ends(
        spark,
        () -> {
          try {
            return work.get();
          } catch (Exception e) { // Spark throws checked exceptions without declaring them
            if (Interruption.isCancelled(e)) {
              throw Interruption.cancelledJob(e);
            }
            Optional<DataException> fault = inRows(e).or(() -> unreadable(e, description));
            if (fault.isPresent()) {
              throw fault.get();
            }
            throw e;
          }
        });
  }

  /** The fault of a row or file that has led to an exception, without Spark's part in it. */
  static Optional<DataException> inRows(Throwable failure) {
    return causes(failure)
        .filter(DataException.class::isInstance)
        .findFirst()
        .map(fault -> DataException.reported(fault.getMessage()));
  }

  /** The fault of a file that Spark's readers, or the file system, have refused. */
  private static Optional<DataException> unreadable(Throwable failure, String description) {
    Throwable first = causes(failure).reduce((a, b) -> b).orElseThrow();
    Optional<String> file = file(failure);
    boolean isOfFile = file.isPresent() || causes(failure).anyMatch(IOException.class::isInstance);
    if (!isOfFile || String.valueOf(failure.getMessage()).contains(NO_SPACE)) {
      return Optional.empty();
    }
    return Optional.of(
        DataException.of(
            "rows cannot be read",
            file.orElse(description),
            "a readable file",
            first,
            "check that the file is complete and that no other program changes it, then run again",
            failure));
  }

  /** The file that Spark's readers name in the messages of a failure. */
  public static Optional<String> file(Throwable failure) {
    return causes(failure)
        .map(cause -> String.valueOf(cause.getMessage()))
        .flatMap(message -> SparkMessages.file(message).stream())
        .reduce((a, b) -> b);
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(50);
  }
}
