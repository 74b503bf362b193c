package io.syncnorm.cli;

import io.syncnorm.report.CheckResult;
import java.util.ArrayList;
import java.util.List;

/** What {@code check} has found so far. */
final class CheckItems {
  private final List<CheckResult.Item> items = new ArrayList<>();
  private ExitCode code = ExitCode.DONE;

  CheckResult result() {
    return new CheckResult(code == ExitCode.DONE ? "ok" : "faults", List.copyOf(items));
  }

  /** The code of the first fault. */
  ExitCode code() {
    return code;
  }

  void find(String subject, boolean good, ExitCode would, String found, String remedy) {
    if (good) {
      pass(subject, found);
    } else {
      fail(subject, would, "%s: %s".formatted(found, remedy));
    }
  }

  void pass(String subject, String found) {
    items.add(new CheckResult.Item(subject, true, found));
  }

  void fail(String subject, RuntimeException fault) {
    fail(subject, ExitCode.of(fault), Main.message(fault));
  }

  private void fail(String subject, ExitCode would, String text) {
    items.add(new CheckResult.Item(subject, false, text));
    code = code == ExitCode.DONE ? would : code;
  }
}
