package io.syncnorm;

import java.util.List;
import java.util.stream.Stream;

/** Ties processes together, so that none outlives the one that started it, whatever ends that. */
public final class Lifeline {
  /**
   * The shell becomes the command, and leaves behind a child that reads the pipe to this JVM: its
   * end is the end of one or the other.
   */
  private static final String SHELL =
      "exec 3<&0 </dev/null; (while read -r any; do :; done <&3; kill -KILL $$) >/dev/null 2>&1 &"
          + " exec 3<&-; exec \"$@\"";

  private Lifeline() {}

  /**
   * A command for a {@link ProcessBuilder}, whose process is then killed when this JVM ends. Its
   * standard input must stay a pipe; the command has none.
   */
  public static List<String> tied(List<String> command) {
    return Stream.concat(Stream.of("sh", "-c", SHELL, "sh"), command.stream()).toList();
  }

  /** Ends this JVM when the process that started it has ended. */
  public static void tieToParent() {
    ProcessHandle.current()
        .parent()
        .ifPresent(
            parent -> {
              Thread watch = new Thread(() -> exitAfter(parent), "parent");
              watch.setDaemon(true);
              watch.start();
            });
  }

  private static void exitAfter(ProcessHandle parent) {
    parent.onExit().join();
    System.exit(1);
  }
}
