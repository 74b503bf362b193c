package io.syncnorm.data;

import java.util.Locale;

/**
 * The data cannot be used: a file is missing, unreadable or not what it claims to be, or the files
 * do not fit together. The message names the file, what was expected, what was found, where, and
 * what to do about it.
 */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private DataException(String message, Throwable cause) {
    super(message, cause);
  }

  /** A fault at a byte of a file; the offset counts unpacked bytes. */
  static DataException at(
      String what, String file, long offset, Object expected, Object found, String remedy) {
    return at(what, file, offset, expected, found, remedy, null);
  }

  /** A fault at a byte of a file, with what was thrown below. */
  static DataException at(
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
            found,
            remedy),
        cause);
  }

  /**
   * A fault of a file, or of several, as a whole.
   *
   * @param cause what was thrown below, or null when the fault was found here
   */
  public static DataException of(
      String what, String file, Object expected, Object found, String remedy, Throwable cause) {
    return new DataException(
        "%s: file=%s, expected=%s, found=%s; %s".formatted(what, file, expected, found, remedy),
        cause);
  }
}
