package io.syncnorm.cli;

import io.syncnorm.Lifeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Compares a grid whose driver is repeatedly killed (SIGKILL) and restarted with the same grid
 * undisturbed. {@code mvn -q -Pkills test} runs it with 40 cells and 10 kills.
 */
public final class KilledGrid {
  private static final int CELLS = 40;
  private static final int KILLS = 10;
  private static final long SEED = 6;
  private static final long END_SECONDS = 600;

  /** About the time of one and a half cells on an idle machine. */
  private static final int MOST_MILLIS = 500;

  private final Path folder;
  private final List<String> command;
  private final int cells;

  KilledGrid(Path folder, int cells, int epochs) {
    this.folder = folder;
    this.cells = cells;
    this.command =
        SampleData.write(folder)
            .command(
                "experiment",
                "training.epochs=" + epochs,
                "training.world=2",
                "experiment.name=killed",
                "experiment.command=train",
                "experiment.axes.run.seed=1.." + cells / 2,
                "experiment.axes.model.batch-norm.sync=[global,local]");
  }

  public static void main(String[] args) throws Exception {
    Lifeline.tieToParent();
    Path folder = Files.createTempDirectory("killed-grid");
    String found = new KilledGrid(folder, CELLS, 20).run(KILLS, SEED);
    System.out.println(found);
    System.exit(0); // DL4J leaves threads running
  }

  /**
   * Kills the grid at random moments while cells remain, then lets it finish.
   *
   * @return a summary
   * @throws IllegalStateException if a cell is missing, occurs twice, or differs from the
   *     undisturbed one
   */
  String run(int kills, long seed) throws IOException, InterruptedException {
    end(folder.resolve("undisturbed"));
    SplittableRandom random = new SplittableRandom(seed);
    Path out = folder.resolve("killed");
    List<Long> done = new ArrayList<>();
    for (int kill = 0; kill < kills; kill++) {
      try (ProcessRun run = new ProcessRun(command, out)) {
        run.awaitLine("experiment killed: ");
        int left = cells - (int) doneCells(out);
        // On average all kills leave an eighth of the cells to the last start.
        int trained = Math.min(random.nextInt(7 * cells / (4 * kills) + 1), Math.max(0, left - 1));
        for (int cell = 0; cell < trained; cell++) {
          run.awaitLine(": with-bn ");
        }
        Thread.sleep(random.nextInt(MOST_MILLIS));
        run.kill();
        run.exitCode(END_SECONDS);
      }
      done.add(doneCells(out));
    }
    end(out);
    requireEqual(out);
    return String.format(
        Locale.ROOT,
        "%d cells, each there once and bit-identical, after %d kills (seed %d) at %s cells done",
        cells,
        kills,
        seed,
        done);
  }

  private static long doneCells(Path out) throws IOException {
    Path index = out.resolve("index.jsonl");
    return Files.exists(index)
        ? Files.readString(index).lines().filter(line -> line.contains("\"DONE\"")).count()
        : 0;
  }

  private void end(Path out) {
    CommandRun run = CommandRun.of(command, out);
    require(run.code() == 0, run.err());
  }

  private void requireEqual(Path out) throws IOException {
    List<String> summary = Files.readAllLines(out.resolve("summary.csv"));
    List<String> names =
        summary.stream().skip(1).map(line -> line.substring(0, line.indexOf(','))).toList();
    require(
        names.size() == cells,
        String.format(Locale.ROOT, "rows of summary.csv: expected %d, found %s", cells, names));
    require(new HashSet<>(names).size() == cells, "a cell is twice in " + names);
    for (String line : summary.subList(1, summary.size())) {
      require(line.contains(",done,"), line);
    }
    for (String name : names) {
      String expected = hash("undisturbed", name);
      String found = hash("killed", name);
      require(expected.equals(found), "%s: expected %s, found %s".formatted(name, expected, found));
    }
  }

  private String hash(String out, String name) throws IOException {
    return new RunFolder(folder.resolve(out).resolve(name), null).fileHash(RunFolder.MODEL);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalStateException(message);
    }
  }
}
