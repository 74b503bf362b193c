package io.syncnorm.files;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Thrown when a file or folder cannot be written. */
public final class UnwritableException extends RuntimeException {
  public UnwritableException(String what, IOException cause) {
    this(what, cause, "make it writable, free disk space, or choose another location");
  }

  /**
   * @param remedy what to do about it
   */
  public UnwritableException(String what, IOException cause, String remedy) {
    super("cannot write to %s: %s; %s".formatted(what, reason(cause), remedy), cause);
  }

  /**
   * Describes an exception for users: some of java.nio's have no message, those of remote servers
   * include a stack trace, and Hadoop's connection errors name classes and a wiki.
   */
  public static String reason(IOException cause) {
    if (cause instanceof FileAlreadyExistsException) {
      return "expected a folder, found a file";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof NoSuchFileException missing) {
      return "no such file or folder: " + missing.getFile();
    }
    if (cause instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    if (cause instanceof ConnectException && cause.getCause() instanceof ConnectException inner) {
      return reason(inner);
    }
    return Objects.toString(cause.getMessage(), "").lines().findFirst().orElse(cause.toString());
  }
}
