package io.syncnorm.data;

import java.util.Locale;

/**
 * Thrown when data cannot be used: a file is missing, unreadable or in another format, or files do
 * not match each other. The message names the file, what was expected, what was found, where, and
 * what to do about it.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A fault at a byte of a file; the offset counts unpacked bytes. */
  public static DataException at(
      String what, String file, long offset, Object expected, Object found, String remedy) {
    return at(what, file, offset, expected, found, remedy, null);
  }

  /** A fault at a byte of a file, with its cause. */
  public static DataException at(
      String what,
      String file,
      long offset,
      Object expected,
      Object found,
      String remedy,
      Throwable cause) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "%s: file=%s, offset=%d, expected=%s, found=%s; %s",
            what,
            file,
            offset,
            expected,
            readable(found),
            remedy),
        cause);
  }

  /**
   * A fault of a complete file, or of several.
   *
   * @param cause the underlying exception, or null if there is none
   */
  public static DataException of(
      String what, String file, Object expected, Object found, String remedy, Throwable cause) {
    return new DataException(
        "%s: file=%s, expected=%s, found=%s; %s"
            .formatted(what, file, expected, readable(found), remedy),
        cause);
  }

  private static Object readable(Object found) {
    return found instanceof Throwable failure ? reason(failure) : found;
  }

  /**
   * Says in one line what an exception says, without the name of its class; if its message is only
   * a name or nothing, the kind of exception comes first.
   */
  public static String reason(Throwable failure) {
    String message = failure.getMessage() == null ? "" : failure.getMessage().strip();
    String line = message.lines().findFirst().orElse("").replaceFirst("^requirement failed: ", "");
    if (line.contains(" ")) {
      return line;
    }
    String type = failure.getClass().getSimpleName().replaceFirst("(Exception|Error)$", "");
    String kind =
        type.equals("EOF")
            ? "end of file"
            : type.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return line.isEmpty() ? kind : kind + ": " + line;
  }

  /** A fault that another process has found and described. */
  public static DataException reported(String message) {
    return new DataException(message, null);
  }

  /**
   * A fault of a value of a table.
   *
   * @param row number of the row in the file, from 1
   */
  public static DataException inRow(
      String what,
      String file,
      long row,
      String column,
      Object expected,
      Object found,
      String remedy) {
    return new DataException(
        String.format(
            Locale.ROOT,
            "%s: file=%s, row=%d, column=%s, expected=%s, found=%s; %s",
            what,
            file,
            row,
            column,
            expected,
            found,
            remedy),
        null);
  }
}
