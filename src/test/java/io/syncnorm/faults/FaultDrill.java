package io.syncnorm.faults;

import io.syncnorm.Lifeline;
import io.syncnorm.faults.Report.End;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * Injects faults into real runs, one per seed, and prints the result of each. Exits with 0 if every
 * run ended in time, with the expected exit code and the model of the undisturbed run.
 */
public final class FaultDrill {
  private FaultDrill() {}

  /**
   * Runs the drill.
   *
   * @param args the number of faults, the first seed, the number of runs with and without bad
   *     connections, and whether connections are encrypted
   */
  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    int count = Integer.parseInt(args[0]);
    long seed = Long.parseLong(args[1]);
    int rounds = Integer.parseInt(args[2]);
    Path folder = Files.createTempDirectory("faults");
    Drill drill =
        Drill.of(folder, Drill.with(Drill.COMMON, List.of("training.encrypt=" + args[3])));
    AtomicBoolean isGood = new AtomicBoolean(true);
    Thread end = new Thread(() -> end(drill, folder, isGood.get()));
    Runtime.getRuntime().addShutdownHook(end);
    List<Report> reports = new ArrayList<>();
    for (Moment moment : List.of(Moment.STEP, Moment.AVERAGING, Moment.EVALUATION)) {
      Drill.Undisturbed run = drill.undisturbed(moment);
      System.out.printf(
          Locale.ROOT,
          "undisturbed, for faults at %s: %.1f s, model %s, %.0f %% of an epoch is %s%n",
          moment,
          run.seconds(),
          run.hash(),
          100 * Shares.of(moment, run.metrics()),
          moment);
    }
    // If the run ended before the fault, the next seed replaces it.
    while (struck(reports) < count && reports.size() < 2 * count) {
      Report report = drill.run(Injection.of(seed++));
      System.out.println(report.line());
      reports.add(report);
    }
    System.out.println(summary(reports));
    boolean good = reports.stream().noneMatch(report -> report.end() == End.WRONG);
    good &= struck(reports) == count;
    if (rounds > 0) {
      good &= new StrangersDrill(drill, rounds).run();
    }
    isGood.set(good);
    System.exit(good ? 0 : 1);
  }

  private static int struck(List<Report> reports) {
    return (int)
        reports.stream()
            .filter(report -> report.end() == End.RECOVERED || report.end() == End.WRONG)
            .count();
  }

  private static String summary(List<Report> reports) {
    String ends =
        Stream.of(End.values())
            .map(end -> end + " " + reports.stream().filter(r -> r.end() == end).count())
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%d injections in %.0f s, the longest %.1f s: %s",
        reports.size(),
        reports.stream().mapToDouble(Report::seconds).sum(),
        reports.stream().mapToDouble(Report::seconds).max().orElse(0),
        ends);
  }

  private static void end(Drill drill, Path folder, boolean isGood) {
    try {
      drill.close();
      if (isGood) {
        FileUtils.deleteDirectory(folder.toFile());
      } else {
        System.err.println("kept, with the logs of what went wrong: " + folder);
      }
    } catch (IOException | RuntimeException e) {
      System.err.println("cleaning up " + folder + ": " + e);
    }
  }
}
