package io.syncnorm.experiment;

import io.syncnorm.config.CheckpointSettings;
import io.syncnorm.config.Configuration;
import io.syncnorm.train.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The checkpoints of one model in a run directory: {@code checkpoints/<model>-<epoch>.ckpt}. */
final class Checkpoints {
  private static final String FOLDER = "checkpoints";

  private final RunDirectory directory;
  private final RunListener listener;
  private final Checkpoint.Owner owner;
  private final CheckpointSettings settings;
  private final int lastEpoch;
  private final Pattern names;

  /**
   * @param planned the model's own configuration, its world counted out
   * @param dataHashes SHA-256 of each data file by its path
   */
  Checkpoints(
      RunDirectory directory,
      String model,
      Configuration planned,
      Map<String, String> dataHashes,
      RunListener listener) {
    this.directory = directory;
    this.listener = listener;
    this.owner =
        new Checkpoint.Owner(
            model, Sha256.of(model + "\n" + planned.renderOutcome() + dataHashes.entrySet()));
    this.settings = planned.checkpoint();
    this.lastEpoch = planned.training().epochs();
    this.names = Pattern.compile(Pattern.quote(model) + "-([1-9][0-9]{0,8})\\.ckpt");
  }

  /**
   * Reads the newest one that is good; the listener hears of those that are not.
   *
   * @param like a snapshot of the same network and optimizer
   * @throws AnotherRunException if one is of another configuration or of other data
   */
  Optional<Checkpoint> latest(Snapshot like) {
    for (int epoch : epochs()) {
      Path file = directory.path().resolve(name(epoch));
      try {
        return Optional.of(Checkpoint.readFrom(file, owner, epoch, like));
      } catch (IOException e) {
        listener.checkpointUnused(file, e.getMessage());
      }
    }
    return Optional.empty();
  }

  /** Where {@link #latest} found a checkpoint. */
  Path file(Checkpoint checkpoint) {
    return directory.path().resolve(name(checkpoint.epoch()));
  }

  /**
   * Writes it if its epoch is to have one, and removes those that are no longer to be kept.
   *
   * @throws RunDirectory.UnwritableException if that fails
   */
  void write(Checkpoint checkpoint) {
    int epoch = checkpoint.epoch();
    if (epoch % settings.every() != 0 && epoch != lastEpoch) {
      return;
    }
    directory.write(name(epoch), out -> checkpoint.writeTo(out, owner));
    List<Integer> epochs = epochs();
    // Later ones could not be read, or training would have gone on from them.
    epochs.stream().filter(other -> other > epoch).forEach(this::delete);
    epochs.stream().filter(other -> other <= epoch).skip(settings.keep()).forEach(this::delete);
  }

  /** Removes all of them. */
  void clear() {
    epochs().forEach(this::delete);
  }

  private void delete(int epoch) {
    directory.delete(name(epoch));
  }

  private String name(int epoch) {
    return "%s/%s-%d.ckpt".formatted(FOLDER, owner.model(), epoch);
  }

  /** Epochs that there are files of, the newest first. */
  private List<Integer> epochs() {
    Path folder = directory.path().resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> names.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(name -> Integer.valueOf(name.group(1)))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw new RunDirectory.UnwritableException(folder.toString(), e);
    }
  }
}
