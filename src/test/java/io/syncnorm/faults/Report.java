package io.syncnorm.faults;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The result of a fault.
 *
 * @param when the moment of the fault
 * @param attempts starts of the ranks, over all commands
 * @param codes exit codes of the command and of its repetition
 * @param end outcome of the run
 */
record Report(
    Injection injection,
    String when,
    int attempts,
    double seconds,
    List<Integer> codes,
    End end,
    String words) {

  /** The outcomes of a run. */
  enum End {
    /** The model equals the undisturbed run's. */
    RECOVERED,
    /** The run ended before the fault; its model is correct. */
    MISSED,
    /** This machine does not allow the fault. */
    SKIPPED,
    /** A timeout, a wrong exit code or another model. */
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
