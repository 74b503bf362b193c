package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.cli.process.Terminal;
import io.syncnorm.report.ModelResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who sees a bar, a table and colors. */
class TerminalTest {
  private static final Map<String, String> XTERM = Map.of("TERM", "xterm");

  @Test
  void shouldHaveColorsOnATerminalAlone() {
    assertEquals(new Terminal(true, true), Terminal.of(true, XTERM));
    assertEquals(new Terminal(false, false), Terminal.of(false, XTERM));
    assertEquals(new Terminal(false, false), Terminal.of(true, Map.of("TERM", "dumb")));
  }

  @Test
  void shouldHaveNoColorsWhereTheyAreRefused() {
    assertFalse(Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1")).hasColors());
    assertTrue(Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", "1")).isTerminal());
    assertTrue(Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", "")).hasColors());
  }

  @Test
  void shouldTellInATableWhatCameOfARun() {
    List<ModelResult> models = List.of(model("with-bn", 0.98, 0), model("without-bn", 0.9, 7));
    assertEquals(
        """
        model       test accuracy  test loss  epochs        seconds
        with-bn            0.9800     0.0700  20                4.2
        without-bn         0.9000     0.0700  20 (best: 7)      4.2
        """,
        ConsoleProgress.table(models, Terminal.of(false, XTERM)));
    String colored = ConsoleProgress.table(models, Terminal.of(true, XTERM));
    assertTrue(colored.startsWith("\033[1mmodel"), colored);
    assertTrue(colored.lines().skip(1).noneMatch(line -> line.contains("\033")), colored);
  }

  private static ModelResult model(String name, double accuracy, int bestEpoch) {
    return new ModelResult(
        name, true, 10, 20, bestEpoch, accuracy, 0.07, 4.2, 0.21, 1000, 1, 2, "model.zip");
  }
}
