package io.syncnorm.cli.process;

import io.syncnorm.files.UnwritableException;
import io.syncnorm.files.WholeFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output for results. Java's own stream hides errors; a result must not be lost silently.
 */
public final class StandardOutput {
  private StandardOutput() {}

  /**
   * Prints a line.
   *
   * @throws UnwritableException if the line was not written
   */
  public static void printLine(String line) {
    print(out -> out.write((line + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  /** Prints text that includes its line ends. */
  public static void printText(String text) {
    print(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Prints content.
   *
   * @throws UnwritableException if it was not written completely
   */
  public static void print(WholeFile.Content content) {
    try {
      OutputStream buffered = new BufferedOutputStream(System.out);
      content.writeTo(buffered);
      buffered.flush();
      if (System.out.checkError()) {
        throw new IOException("the pipe is closed or the disk is full");
      }
    } catch (IOException e) {
      throw new UnwritableException("standard output", e);
    }
  }
}
