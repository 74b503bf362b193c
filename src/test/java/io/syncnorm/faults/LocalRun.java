package io.syncnorm.faults;

import io.syncnorm.cli.CommandRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The undisturbed run in local mode, in this JVM, that a run on a cluster is compared with. */
final class LocalRun {
  private LocalRun() {}

  /**
   * Trains as many ranks as {@link Driver#start} does.
   *
   * @param out the run's folder
   */
  static void train(Path out, List<String> settings) {
    List<String> words = new ArrayList<>(List.of("train"));
    Drill.with(settings, List.of("training.world=" + Driver.RANKS))
        .forEach(setting -> words.addAll(List.of("--set", setting)));
    CommandRun.on("local[" + Driver.RANKS + "]", words, out).done();
  }
}
