package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.checkpoint.Checkpoint;
import io.syncnorm.checkpoint.CheckpointFile;
import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.CheckpointSettings;
import io.syncnorm.files.CallLimit;
import io.syncnorm.files.Folder;
import io.syncnorm.files.Location;
import io.syncnorm.files.TimedFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/** Checkpoints that a user names: one file, or a folder of them. */
final class NamedCheckpoints {
  private static final String EXPECTED = "a checkpoint, or a folder of them";

  private final CheckpointSettings settings;
  private final Configuration hadoop;
  private final RunListener listener;

  NamedCheckpoints(CheckpointSettings settings, Configuration hadoop, RunListener listener) {
    this.settings = settings;
    this.hadoop = hadoop;
    this.listener = listener;
  }

  /**
   * @param starts the fresh models
   * @return at least one, by the name of its model
   * @throws CheckpointException if there is none, or the only one is torn, altered or unreadable
   * @throws AnotherRunException if one is of another configuration, of other data or another model
   */
  Map<String, Checkpoint> find(String address, List<Start> starts) {
    try {
      CallLimit limit = CheckpointFolder.limit(settings);
      Location.Found named = limit.call(() -> Location.of(address).in(hadoop).find());
      Folder folder = new TimedFolder(named.folder(), limit);
      return named.isFolder()
          ? newestIn(folder, named.address(), starts)
          : only(new CheckpointFile(folder, named.name()), starts);
    } catch (FileNotFoundException e) {
      throw new CheckpointException(address, EXPECTED, "nothing", e);
    } catch (IOException e) {
      throw new CheckpointException(address, EXPECTED, e.getMessage(), e);
    }
  }

  private Map<String, Checkpoint> newestIn(Folder folder, String address, List<Start> starts) {
    Map<String, Checkpoint> found = new LinkedHashMap<>();
    for (Start start : starts) {
      new Checkpoints(folder, start.owner(), settings, listener::checkpointUnused)
          .latest(start.snapshot())
          .ifPresent(checkpoint -> found.put(start.owner().model(), checkpoint));
    }
    if (found.isEmpty()) {
      throw new CheckpointException(
          address,
          starts.stream()
              .map(start -> start.owner().model() + "-<epoch>.ckpt")
              .collect(Collectors.joining(" or ", "a good ", "")),
          "none",
          null);
    }
    return found;
  }

  private static Map<String, Checkpoint> only(CheckpointFile file, List<Start> starts)
      throws IOException {
    String model = Checkpoint.modelOf(file, Start.WORDING.remedy());
    for (Start start : starts) {
      if (start.owner().model().equals(model)) {
        return Map.of(model, Checkpoint.readFrom(file, start.owner(), start.snapshot()));
      }
    }
    throw new AnotherRunException(
        file.address(),
        "model",
        starts.stream().map(start -> start.owner().model()).collect(Collectors.joining(" or ")),
        model,
        "name one of this command's models");
  }
}
