package io.syncnorm.files;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Something cannot be written. */
public final class UnwritableException extends RuntimeException {
  public UnwritableException(String what, IOException cause) {
    this(what, cause, "make it writable, make room, or name another place");
  }

  /**
   * @param remedy what to do about it
   */
  public UnwritableException(String what, IOException cause, String remedy) {
    super("cannot write to %s: %s; %s".formatted(what, reason(cause), remedy), cause);
  }

  /**
   * In words: some exceptions of java.nio have nothing but their class to say, those of remote
   * servers add their stack, and Hadoop's of connections name classes and a wiki.
   */
  public static String reason(IOException cause) {
    if (cause instanceof FileAlreadyExistsException) {
      return "a file is in a folder's place";
    }
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof NoSuchFileException missing) {
      return "there is no " + missing.getFile();
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
