package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.cli.process.StandardOutput;
import io.syncnorm.files.UnwritableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
  private PrintStream standardOut;

  @BeforeEach
  void keep() {
    standardOut = System.out;
  }

  @AfterEach
  void restore() {
    System.setOut(standardOut);
  }

  @Test
  void shouldPrintUtf8LinesThatEndInALineFeed() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, false, StandardCharsets.US_ASCII));
    StandardOutput.printLine("größer");
    assertEquals("größer\n", out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void shouldReportThatAResultCouldNotBePrinted() {
    System.setOut(new PrintStream(new ClosedPipe(), true, StandardCharsets.UTF_8));
    UnwritableException lost =
        assertThrows(UnwritableException.class, () -> StandardOutput.printLine("result"));
    assertTrue(lost.getMessage().contains("standard output"), lost.getMessage());
    assertEquals(ExitCode.RESOURCES, ExitCode.of(lost));
  }

  private static final class ClosedPipe extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("broken pipe");
    }
  }
}
