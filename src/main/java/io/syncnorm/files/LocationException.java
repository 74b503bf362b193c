package io.syncnorm.files;

import java.io.IOException;

/** A text is no name and no address of a file; the message says what would be. */
public final class LocationException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What Java makes of bytes that are no character in its locale. */
  public static final String UNREADABLE = "\uFFFD";

  LocationException(String message) {
    super(message);
  }

  LocationException(String text, String expected, String found, Throwable cause) {
    super(
        "no file can be named '%s': expected=%s, found=%s".formatted(text, expected, found), cause);
  }
}
