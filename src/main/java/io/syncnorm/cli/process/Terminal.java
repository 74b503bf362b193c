package io.syncnorm.cli.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import picocli.CommandLine.Help.Ansi;

/**
 * The destination of standard error, which carries everything except results: a terminal or a log.
 *
 * @param isTerminal whether lines may be drawn again, and whoever reads wants to see no more
 * @param hasColors whether escape codes for colors are wanted
 */
public record Terminal(boolean isTerminal, boolean hasColors) {
  /** The path of this process's standard error on Linux. */
  private static final File STANDARD_ERROR = new File("/proc/self/fd/2");

  /** That of this process. */
  public static Terminal ofProcess() {
    return of(isTerminal(STANDARD_ERROR), System.getenv());
  }

  /**
   * @param environment where {@code NO_COLOR}, unless it is empty, refuses colors, and {@code TERM}
   *     may be a terminal that can do nothing
   */
  public static Terminal of(boolean isTerminal, Map<String, String> environment) {
    boolean canDraw = isTerminal && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    return new Terminal(canDraw, canDraw && environment.getOrDefault("NO_COLOR", "").isEmpty());
  }

  /** The text in a style of picocli's, such as {@code bold,red}. */
  public String styled(String style, String text) {
    return hasColors ? Ansi.ON.string("@|" + style + " " + text + "|@") : text;
  }

  @SuppressWarnings("SystemConsoleNull") // on Java 17 null reliably means that there is no terminal
  private static boolean isTerminal(File descriptor) {
    if (!Files.isSymbolicLink(
        descriptor.toPath())) { // not Linux: both other streams are a terminal
      return System.console() != null;
    }
    try {
      return Files.readSymbolicLink(descriptor.toPath())
          .toString()
          .matches("/dev/(pts/.*|tty.*|console|hvc.*)");
    } catch (IOException e) {
      return false;
    }
  }
}
