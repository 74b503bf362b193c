package io.syncnorm.checkpoint;

import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import io.syncnorm.files.Folder;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.state.Position;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints of one model in a folder: {@code <model>-<epoch>.ckpt}, or inside an epoch {@code
 * <model>-<epoch>.<step>.ckpt}.
 */
public final class Checkpoints {
  private final Folder folder;
  private final CheckpointOwner owner;
  private final Unused unused;
  private final Pattern names;

  /** Is notified of a checkpoint that cannot be used; the previous one is tried next, if any. */
  @FunctionalInterface
  public interface Unused {
    void unused(String address, String reason);
  }

  public Checkpoints(Folder folder, CheckpointOwner owner, Unused unused) {
    this.folder = folder;
    this.owner = owner;
    this.unused = unused;
    this.names = names(owner.model());
  }

  /**
   * Whether a folder contains checkpoints of a model, valid or not.
   *
   * @throws IOException if the folder cannot be listed
   */
  public static boolean areIn(Folder folder, String model) throws IOException {
    return folder.names().stream().anyMatch(names(model).asMatchPredicate());
  }

  private static Pattern names(String model) {
    return Pattern.compile(
        Pattern.quote(model) + "-(0|[1-9][0-9]{0,8})(?:\\.([1-9][0-9]{0,8}))?\\.ckpt");
  }

  /**
   * Reads the newest valid checkpoint and reports newer ones that are invalid.
   *
   * @param like a snapshot of the same network and optimizer
   * @throws AnotherRunException if a checkpoint is of another configuration or other data
   * @throws UnwritableException if the folder cannot be listed
   */
  public Optional<Progress> latest(Snapshot like) {
    for (Position position : positions()) {
      CheckpointFile file = new CheckpointFile(folder, name(position));
      try {
        Progress progress = file.read(owner, like);
        Position found = progress.latest().position();
        if (found.equals(position)) {
          return Optional.of(progress);
        }
        progress.states().release();
        unused.unused(file.address(), "expected %s, found %s".formatted(position, found));
      } catch (IOException e) {
        unused.unused(file.address(), e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * Writes a checkpoint if one is due, then removes those that are no longer kept.
   *
   * @param epochs number of epochs that ended since the last call; one checkpoint, of the latest,
   *     covers them all
   * @throws UnwritableException if writing fails; all other checkpoints are unchanged
   */
  public void write(Progress progress, int epochs) {
    Position position = progress.latest().position();
    if (!isDue(position.epoch(), epochs) && !owner.isComplete(progress.history())) {
      return;
    }
    try {
      new CheckpointFile(folder, name(position)).write(progress, owner);
    } catch (IOException e) {
      throw unwritable(name(position), e);
    }
    List<Position> kept = positions();
    // Later ones were unusable, or training would have resumed from them.
    kept.stream().filter(other -> other.compareTo(position) > 0).forEach(this::delete);
    int keep = owner.configuration().get(Keys.CHECKPOINT_KEEP);
    kept.stream().filter(other -> other.compareTo(position) <= 0).skip(keep).forEach(this::delete);
  }

  /** Steps and times are counted where models are taken: each of them is stored. */
  private boolean isDue(int epoch, int epochs) {
    return !(owner.configuration().get(Keys.CHECKPOINT_EVERY) instanceof Period.EveryEpochs every)
        || epoch / every.epochs() > (epoch - epochs) / every.epochs();
  }

  /** Removes all checkpoints of the model. */
  public void clear() {
    positions().forEach(this::delete);
  }

  private void delete(Position position) {
    try {
      folder.delete(name(position));
    } catch (IOException e) {
      throw unwritable(name(position), e);
    }
  }

  private String name(Position position) {
    String step = position.isInsideEpoch() ? "." + position.step() : "";
    return owner.model() + "-" + position.epoch() + step + ".ckpt";
  }

  /** The positions that have a checkpoint, newest first. */
  private List<Position> positions() {
    try {
      return folder.names().stream()
          .map(names::matcher)
          .filter(Matcher::matches)
          .map(Checkpoints::position)
          .sorted(Comparator.<Position>reverseOrder())
          .toList();
    } catch (IOException e) {
      throw unwritable("", e);
    }
  }

  private static Position position(Matcher name) {
    int step = name.group(2) == null ? 0 : Integer.parseInt(name.group(2));
    return new Position(Integer.parseInt(name.group(1)), step);
  }

  private UnwritableException unwritable(String name, IOException cause) {
    return new UnwritableException(
        folder.address(name),
        cause,
        "make it writable or free disk space: earlier checkpoints are unchanged, and %s resumes from the last one"
            .formatted(owner.wording().resumedBy()));
  }
}
