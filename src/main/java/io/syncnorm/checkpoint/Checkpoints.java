package io.syncnorm.checkpoint;

import io.syncnorm.config.Keys;
import io.syncnorm.files.Folder;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.train.Progress;
import io.syncnorm.train.Snapshot;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The checkpoints of one model in a folder: {@code <model>-<epoch>.ckpt}. */
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
    return Pattern.compile(Pattern.quote(model) + "-([1-9][0-9]{0,8})\\.ckpt");
  }

  /**
   * Reads the newest valid checkpoint and reports newer ones that are invalid.
   *
   * @param like a snapshot of the same network and optimizer
   * @throws AnotherRunException if a checkpoint is of another configuration or other data
   * @throws UnwritableException if the folder cannot be listed
   */
  public Optional<Progress> latest(Snapshot like) {
    for (int epoch : epochs()) {
      CheckpointFile file = new CheckpointFile(folder, name(epoch));
      try {
        Progress progress = file.read(owner, like);
        int found = progress.latest().epoch();
        if (found == epoch) {
          return Optional.of(progress);
        }
        unused.unused(
            file.address(),
            String.format(Locale.ROOT, "expected epoch=%d, found %d", epoch, found));
      } catch (IOException e) {
        unused.unused(file.address(), e.getMessage());
      }
    }
    return Optional.empty();
  }

  /**
   * Writes a checkpoint if one is due for the last epochs, then removes those that are no longer
   * kept.
   *
   * @param epochs number of epochs since the last call; one checkpoint, of the latest, covers them
   *     all
   * @throws UnwritableException if writing fails; all other checkpoints are unchanged
   */
  public void write(Progress progress, int epochs) {
    int epoch = progress.latest().epoch();
    int every = owner.configuration().get(Keys.CHECKPOINT_EVERY);
    boolean isDue = epoch / every > (epoch - epochs) / every;
    if (!isDue && !owner.isComplete(progress.history())) {
      return;
    }
    try {
      new CheckpointFile(folder, name(epoch)).write(progress, owner);
    } catch (IOException e) {
      throw unwritable(name(epoch), e);
    }
    List<Integer> kept = epochs();
    // Later ones were unusable, or training would have resumed from them.
    kept.stream().filter(other -> other > epoch).forEach(this::delete);
    int keep = owner.configuration().get(Keys.CHECKPOINT_KEEP);
    kept.stream().filter(other -> other <= epoch).skip(keep).forEach(this::delete);
  }

  /** Removes all checkpoints of the model. */
  public void clear() {
    epochs().forEach(this::delete);
  }

  private void delete(int epoch) {
    try {
      folder.delete(name(epoch));
    } catch (IOException e) {
      throw unwritable(name(epoch), e);
    }
  }

  private String name(int epoch) {
    return String.format(Locale.ROOT, "%s-%d.ckpt", owner.model(), epoch);
  }

  /** The epochs that have a checkpoint, newest first. */
  private List<Integer> epochs() {
    try {
      return folder.names().stream()
          .map(names::matcher)
          .filter(Matcher::matches)
          .map(name -> Integer.valueOf(name.group(1)))
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      throw unwritable("", e);
    }
  }

  private UnwritableException unwritable(String name, IOException cause) {
    return new UnwritableException(
        folder.address(name),
        cause,
        "make it writable or free disk space: earlier checkpoints are unchanged, and %s resumes from the last one"
            .formatted(owner.wording().resumedBy()));
  }
}
