package io.syncnorm.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The files that another process has open, read from Linux's {@code /proc}. */
final class OpenFiles {
  private OpenFiles() {}

  /** Whether this machine shows them. */
  static boolean areVisible() {
    return Files.isDirectory(Path.of("/proc/self/fd"));
  }

  /** Whether a process has a file open whose path contains a pattern. */
  static boolean contain(ProcessHandle process, String pattern) {
    try (Stream<Path> files = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return files.anyMatch(file -> target(file).matches(".*" + pattern + ".*"));
    } catch (NoSuchFileException | UncheckedIOException e) {
      return false; // the process has ended
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException e) {
      return ""; // closed in the meantime
    }
  }
}
