package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import io.syncnorm.comm.Membership;
import io.syncnorm.comm.Tag;
import io.syncnorm.comm.driver.Rendezvous;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.comm.wire.RunKey;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Merges long vectors of two processes on this machine, checks every element of the mean, and
 * prints how long a merge takes and how much memory each process has used at most.
 *
 * <pre>
 * java -Xmx3g -cp ... io.syncnorm.benchmark.LongMergeBenchmark [elements, by default 500 million]
 * </pre>
 */
public final class LongMergeBenchmark {
  private static final int MERGES = 3;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String SECOND = "second";

  private LongMergeBenchmark() {}

  /** Runs rank 0 and, in a process of its own, rank 1. */
  public static void main(String[] args) throws Exception {
    if (args.length > 1) {
      Lifeline.tieToParent();
      try (ObjectInputStream in = new ObjectInputStream(System.in)) {
        merge(1, in.readInt(), (RunKey) in.readObject(), Integer.parseInt(args[0]));
      }
      return;
    }
    int elements = args.length == 0 ? 500_000_000 : Integer.parseInt(args[0]);
    RunKey key = RunKey.random();
    try (Rendezvous rendezvous =
        new Rendezvous(InetAddress.getLoopbackAddress(), key, 2, TIMEOUT, 1, new NoEvents())) {
      Process second = second(elements);
      try (ObjectOutputStream out = new ObjectOutputStream(second.getOutputStream())) {
        out.writeInt(rendezvous.port());
        out.writeObject(key);
        out.flush();
        merge(0, rendezvous.port(), key, elements);
        second.waitFor();
      } finally {
        second.destroy();
      }
    }
  }

  private static Process second(int elements) throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-Xmx" + (Runtime.getRuntime().maxMemory() >> 20) + "m",
            "-cp",
            System.getProperty("java.class.path"),
            LongMergeBenchmark.class.getName(),
            Integer.toString(elements),
            SECOND)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void merge(int rank, int port, RunKey key, int elements) throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    float[] vector = new float[elements];
    try (Membership membership =
        Membership.join(here.getHostAddress(), port, key, rank, 2, here, TIMEOUT)) {
      for (int merge = 0; merge < MERGES; merge++) {
        for (int i = 0; i < elements; i++) {
          vector[i] = rank + i % 1000;
        }
        long start = System.nanoTime();
        membership
            .communicator()
            .weightedMean(Tag.of(1, merge, 0, Tag.Kind.AVERAGING), List.of(vector), 1);
        double seconds = 1e-9 * (System.nanoTime() - start);
        check(vector);
        System.out.printf(
            Locale.ROOT,
            "rank %d merged %d elements in %.2f s, %.2f GB/s%n",
            rank,
            elements,
            seconds,
            4e-9 * elements / seconds);
      }
      System.out.printf(Locale.ROOT, "rank %d used at most %s%n", rank, mostMemory());
    }
  }

  private static void check(float[] vector) {
    for (int i = 0; i < vector.length; i++) {
      if (vector[i] != i % 1000 + 0.5f) {
        throw new AssertionError("element " + i + ": " + vector[i]);
      }
    }
  }

  /** The largest resident set of this process. */
  private static String mostMemory() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> line.substring("VmHWM:".length()).strip())
        .findFirst()
        .orElse("an unknown amount of memory");
  }

  private static final class NoEvents implements Rendezvous.Events {
    @Override
    public void reported(int rank, ReportBytes report) {}

    @Override
    public void failed(int rank, byte[] payload) {}

    @Override
    public void lost(int rank, String how) {}

    @Override
    public void finished(int rank) {}
  }
}
