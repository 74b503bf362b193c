package io.syncnorm.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The processor time that other programs take on this machine during a measurement, as Linux counts
 * it. Where they take much, figures of ranks that share cores mean little: a rank finds its caches
 * cold whenever it gets its core back, and takes half as much processor time again for a step.
 */
final class OthersLoad {
  private final long total = total();
  private final long busy = busy();
  private final long own = own();

  private OthersLoad() throws IOException {}

  /** Starts counting. */
  static OthersLoad start() throws IOException {
    return new OthersLoad();
  }

  /** The share of all cores' time since the start, children included once they have ended. */
  double share() throws IOException {
    return Math.max(0, (busy() - busy) - (own() - own)) / (double) Math.max(1, total() - total);
  }

  /** User, nice, system, idle, wait for disks, interrupts, soft interrupts. */
  private static long[] machine() throws IOException {
    String cores = Files.readAllLines(Path.of("/proc/stat")).get(0);
    return Arrays.stream(cores.split(" +")).skip(1).limit(7).mapToLong(Long::parseLong).toArray();
  }

  private static long total() throws IOException {
    return Arrays.stream(machine()).sum();
  }

  private static long busy() throws IOException {
    long[] machine = machine();
    return Arrays.stream(machine).sum() - machine[3] - machine[4];
  }

  /** User and system time of this process, and of its children that have ended. */
  private static long own() throws IOException {
    String process = Files.readString(Path.of("/proc/self/stat"));
    String afterName = process.substring(process.lastIndexOf(')') + 2);
    return Arrays.stream(afterName.split(" ")).skip(11).limit(4).mapToLong(Long::parseLong).sum();
  }
}
