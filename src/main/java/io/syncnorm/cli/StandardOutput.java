package io.syncnorm.cli;

import io.syncnorm.files.UnwritableException;
import io.syncnorm.files.WholeFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Where results go. Java's own stream forgets its errors; a result must not get lost in silence.
 */
final class StandardOutput {
  private StandardOutput() {}

  /**
   * @throws UnwritableException if the line did not get through
   */
  static void printLine(String line) {
    print(out -> out.write((line + "\n").getBytes(StandardCharsets.UTF_8)));
  }

  /** Text whose lines have their ends already. */
  static void printText(String text) {
    print(out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * @throws UnwritableException if not all got through
   */
  static void print(WholeFile.Content content) {
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
