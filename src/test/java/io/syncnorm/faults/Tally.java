package io.syncnorm.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The sums of several disturbed runs. */
final class Tally {
  private final List<KilledRun.Blow> blows = new ArrayList<>();
  private final ReportedPauses reported = new ReportedPauses();
  private int runs;
  private int starts;
  private int losses;
  private int unequal;
  private double epochs;
  private double possible;
  private double possibleAtOwnSpeed;
  private double seconds;

  /**
   * Adds a run.
   *
   * @param commands how often the command was started
   * @param isEqual whether the model is that of the undisturbed run
   */
  void add(KilledRun run, int commands, boolean isEqual) {
    runs++;
    starts += commands;
    losses += run.losses();
    unequal += isEqual ? 0 : 1;
    epochs += run.done();
    possible += run.possible();
    possibleAtOwnSpeed += run.possibleAtOwnSpeed();
    seconds += run.seconds();
    blows.addAll(run.blows());
  }

  /** Adds the last line of a run's standard output. */
  void addResult(String result) throws IOException {
    reported.add(result);
  }

  int blows() {
    return blows.size();
  }

  /** Whether all models equal the undisturbed run's. */
  boolean isEqual() {
    return unequal == 0;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%d executors taken in %.0f s of training: %d runs, started %d times, resumed %d times inside; models unlike the undisturbed run's: %d",
            blows.size(),
            seconds,
            runs,
            starts,
            losses,
            unequal));
    lines.add(
        String.format(
            Locale.ROOT,
            "goodput %.1f %%, of the runs' own speed between pauses %.1f %%",
            100 * epochs / possible,
            100 * epochs / possibleAtOwnSpeed));
    lines.add("from the signal to the end of all ranks: " + spread(KilledRun.Blow::ended));
    lines.add("from the signal to the next step: " + spread(KilledRun.Blow::pause));
    lines.addAll(reported.lines());
    return lines;
  }

  /** Without executors that had no ranks. */
  private String spread(ToDoubleFunction<KilledRun.Blow> figure) {
    double[] values =
        blows.stream().mapToDouble(figure).filter(value -> !Double.isNaN(value)).sorted().toArray();
    if (values.length == 0) {
      return "not known";
    }
    return String.format(
        Locale.ROOT,
        "median %.2f s, 90 %% within %.2f s, all within %.2f s (%d of %d)",
        values[values.length / 2],
        values[values.length * 9 / 10],
        values[values.length - 1],
        values.length,
        blows.size());
  }
}
