package io.syncnorm.faults;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a run took a fault.
 *
 * @param when what was waited for
 * @param attempts starts of the ranks, over all commands
 * @param codes exit codes of the command and of its repetition
 * @param end what became of it
 */
record Report(
    Injection injection,
    String when,
    int attempts,
    double seconds,
    List<Integer> codes,
    End end,
    String words) {

  /** What became of a run. */
  enum End {
    /** The model is the undisturbed run's. */
    RECOVERED,
    /** The run was faster than the fault; its model is right. */
    MISSED,
    /** This machine does not allow the fault. */
    SKIPPED,
    /** A hang, a wrong exit code, another model. */
    WRONG
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "seed %3d  %-31s at %-11s %-24s attempts %d  %5.1f s  exit %-7s %s",
        injection.seed(),
        injection.kind(),
        injection.moment() + ",",
        when,
        attempts,
        seconds,
        codes.stream().map(String::valueOf).collect(Collectors.joining(", ")),
        words);
  }
}
