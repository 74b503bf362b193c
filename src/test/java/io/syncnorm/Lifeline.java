package io.syncnorm;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Ties processes to the process that started them, so that none outlives it, however it ends. */
public final class Lifeline {
  /**
   * The shell executes the command in its own process, and starts a child that reads the pipe from
   * this JVM. The child ends when either of them ends.
   */
  private static final String SHELL =
      "exec 3<&0 </dev/null; (while read -r any; do :; done <&3; kill -KILL $$) >/dev/null 2>&1 &"
          + " exec 3<&-; exec \"$@\"";

  private Lifeline() {}

  /**
   * Returns a command for a {@link ProcessBuilder} whose process is killed when this JVM ends. Its
   * standard input must be a pipe; the command itself has no input.
   */
  public static List<String> tied(List<String> command) {
    return Stream.concat(Stream.of("sh", "-c", SHELL, "sh"), command.stream()).toList();
  }

  /** The same for a JVM with this one's class path. */
  public static List<String> java(List<String> options, Class<?> main, List<String> arguments) {
    Stream<String> java =
        Stream.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"));
    return tied(
        Stream.of(java, options.stream(), Stream.of(main.getName()), arguments.stream())
            .flatMap(part -> part)
            .toList());
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
