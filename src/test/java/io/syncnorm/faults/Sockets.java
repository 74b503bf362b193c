package io.syncnorm.faults;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The TCP sockets of another process, read from Linux's {@code /proc}. */
final class Sockets {
  private static final long PIDFD_OPEN = 434;
  private static final long PIDFD_GETFD = 438;
  private static final int BOTH_DIRECTIONS = 2;
  private static final int HEXADECIMAL = 16;
  private static final String ESTABLISHED = "01";
  private static final String LISTENING = "0A";

  private Sockets() {}

  /** Linux system calls. */
  private interface LibC extends Library {
    long syscall(long number, Object... arguments);

    int shutdown(int descriptor, int how);

    int close(int descriptor);
  }

  /** This machine does not allow it. */
  static final class NotPossibleException extends Exception {
    NotPossibleException(String message) {
      super(message);
    }
  }

  private record Socket(String state, int localPort, int remotePort, int descriptor) {}

  /** Returns the ports that a process listens on. */
  static List<Integer> listening(ProcessHandle process) {
    return of(process).stream()
        .filter(socket -> socket.state().equals(LISTENING))
        .map(Socket::localPort)
        .toList();
  }

  /** Shuts down every connection between two processes of this machine. Returns how many. */
  static int cut(ProcessHandle one, ProcessHandle other) throws NotPossibleException {
    List<Socket> far = of(other);
    int count = 0;
    for (Socket near : of(one)) {
      boolean connected =
          near.state().equals(ESTABLISHED)
              && far.stream()
                  .anyMatch(
                      socket ->
                          socket.state().equals(ESTABLISHED)
                              && socket.localPort() == near.remotePort()
                              && socket.remotePort() == near.localPort());
      if (connected) {
        shutDown(one, near.descriptor());
        count++;
      }
    }
    return count;
  }

  /** Shuts a socket down through a duplicate of its descriptor, which the kernel provides. */
  private static void shutDown(ProcessHandle process, int descriptor) throws NotPossibleException {
    LibC c = Native.load("c", LibC.class);
    int pidfd = (int) c.syscall(PIDFD_OPEN, process.pid(), 0L);
    int copy = (int) c.syscall(PIDFD_GETFD, (long) pidfd, (long) descriptor, 0L);
    if (copy < 0) {
      int error = Native.getLastError();
      c.close(pidfd);
      throw new NotPossibleException(
          "pidfd_getfd of another process is not allowed or not known: errno=" + error);
    }
    c.shutdown(copy, BOTH_DIRECTIONS);
    c.close(copy);
    c.close(pidfd);
  }

  private static List<Socket> of(ProcessHandle process) {
    Path folder = Path.of("/proc", String.valueOf(process.pid()));
    List<Socket> sockets = new ArrayList<>();
    try {
      Map<String, Integer> descriptors = descriptors(folder.resolve("fd"));
      for (String table : List.of("net/tcp", "net/tcp6")) {
        for (String line : Files.readAllLines(folder.resolve(table))) {
          String[] words = line.trim().split(" +", -1);
          Integer descriptor = words.length > 9 ? descriptors.get(words[9]) : null;
          if (descriptor != null) {
            sockets.add(new Socket(words[3], port(words[1]), port(words[2]), descriptor));
          }
        }
      }
    } catch (IOException | UncheckedIOException e) {
      return List.of(); // the process has just ended
    }
    return sockets;
  }

  /** Returns descriptors of sockets by the sockets' inodes. */
  private static Map<String, Integer> descriptors(Path folder) throws IOException {
    Map<String, Integer> descriptors = new HashMap<>();
    try (Stream<Path> links = Files.list(folder)) {
      for (Path link : links.toList()) {
        try {
          String target = Files.readSymbolicLink(link).toString();
          if (target.startsWith("socket:[")) {
            String inode = target.substring("socket:[".length(), target.length() - 1);
            descriptors.put(inode, Integer.valueOf(link.getFileName().toString()));
          }
        } catch (NoSuchFileException e) {
          // Closed meanwhile.
        }
      }
    }
    return descriptors;
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.indexOf(':') + 1), HEXADECIMAL);
  }
}
