package io.syncnorm.files;

import java.io.IOException;

/** Thrown when a text is not a valid name or address of a file; the message says what is valid. */
public final class LocationException extends IOException {
  private static final long serialVersionUID = 1L;

  /** The character that replaces bytes which are invalid in Java's locale. */
  public static final String UNREADABLE = "\uFFFD";

  LocationException(String message) {
    super(message);
  }

  LocationException(String text, String expected, String found, Throwable cause) {
    super("invalid file name '%s': expected=%s, found=%s".formatted(text, expected, found), cause);
  }
}
