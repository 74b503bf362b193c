package io.syncnorm.cli;

import io.syncnorm.files.RemoteFileSystem;
import java.util.ArrayList;
import java.util.List;

/**
 * A bad input.
 *
 * @param settings of the data, as {@code --set} takes them
 * @param fault of the remote file system while the command runs, for files of this name
 * @param message parts of the message
 */
record BadInput(
    String name, List<String> settings, RemoteFileSystem.Fault fault, List<String> message) {

  /** The words of a command on this input, with a small network and one epoch. */
  List<String> command(String command) {
    List<String> words = new ArrayList<>(List.of(command));
    List<String> all = new ArrayList<>(settings);
    all.addAll(
        List.of(
            "run.name=bad",
            "model.hidden=[4]",
            "training.epochs=1",
            "training.batch-size=4",
            "training.world=2"));
    for (String setting : all) {
      words.add("--set");
      words.add(setting);
    }
    return words;
  }

  @Override
  public String toString() {
    return name;
  }
}
