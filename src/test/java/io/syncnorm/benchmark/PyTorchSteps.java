package io.syncnorm.benchmark;

import io.syncnorm.Lifeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Times PyTorch's steps with {@code pytorch_lenet.py}, in a process for each measurement.
 *
 * <p>The environment variable {@code PYTHON} names an interpreter other than Debian's.
 */
final class PyTorchSteps {
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "/usr/bin/python3");
  private static final String SCRIPT = "src/test/python/pytorch_lenet.py";
  private static final int DEADLINE_MINUTES = 10;

  private PyTorchSteps() {}

  /**
   * What is measured.
   *
   * @param network {@code lenet} or {@code colour}
   * @param layout memory layout of images: {@code nchw} or {@code nhwc}
   */
  record Variant(String network, int batch, int threads, String layout) {
    @Override
    public String toString() {
      String noun = threads == 1 ? "thread" : "threads";
      return String.format(
          Locale.ROOT, "PyTorch, batch %d, %d %s, %s", batch, threads, noun, layout);
    }
  }

  /** Every batch size with one and two threads and both memory layouts. */
  static List<Variant> variants(String network, int... batches) {
    List<Variant> variants = new ArrayList<>();
    for (int batch : batches) {
      for (int threads = 1; threads <= 2; threads++) {
        for (String layout : List.of("nchw", "nhwc")) {
          variants.add(new Variant(network, batch, threads, layout));
        }
      }
    }
    return variants;
  }

  /** Whether there is an interpreter with PyTorch. */
  static boolean isInstalled() {
    try {
      Process process =
          new ProcessBuilder(Lifeline.tied(List.of(PYTHON, "-c", "import torch")))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Trains and returns what the script prints, by name.
   *
   * @throws IllegalStateException if the script fails or takes longer than 10 minutes
   */
  static Map<String, String> run(Variant variant) {
    List<String> command =
        List.of(
            PYTHON,
            SCRIPT,
            "--network=" + variant.network,
            "--batch=" + variant.batch,
            "--threads=" + variant.threads,
            "--layout=" + variant.layout);
    try {
      Path printed = Files.createTempFile("pytorch", ".txt");
      try {
        Process process =
            new ProcessBuilder(Lifeline.tied(command))
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .start();
        boolean hasEnded = process.waitFor(DEADLINE_MINUTES, TimeUnit.MINUTES);
        process.destroyForcibly();
        String output = Files.readString(printed, StandardCharsets.UTF_8);
        if (!hasEnded || process.exitValue() != 0) {
          throw new IllegalStateException(
              String.format(
                  Locale.ROOT,
                  "PyTorch failed or took longer than %d minutes: command=%s output=%s",
                  DEADLINE_MINUTES,
                  command,
                  output));
        }
        return values(output);
      } finally {
        Files.deleteIfExists(printed);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PyTorch trains", e);
    }
  }

  private static Map<String, String> values(String output) {
    String line =
        output
            .lines()
            .filter(each -> each.startsWith("network="))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("no line of values in: " + output));
    return Arrays.stream(line.split(" "))
        .map(pair -> pair.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }
}
