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

  /** Hears of a file that cannot be gone on from; the one before it is tried, if there is one. */
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
   * Whether there are any files of a model, good or not.
   *
   * @throws IOException if the folder cannot be looked into
   */
  public static boolean areIn(Folder folder, String model) throws IOException {
    return folder.names().stream().anyMatch(names(model).asMatchPredicate());
  }

  private static Pattern names(String model) {
    return Pattern.compile(Pattern.quote(model) + "-([1-9][0-9]{0,8})\\.ckpt");
  }

  /**
   * Reads the newest one that is good; those that are not are told.
   *
   * @param like a snapshot of the same network and optimizer
   * @throws AnotherRunException if one is of another configuration or of other data
   * @throws UnwritableException if the folder cannot be looked into
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
   * Writes it if one of the last epochs is to have one, and then removes those that are no longer
   * to be kept.
   *
   * @param epochs how many have ended since the last call: their last stands for all of them
   * @throws UnwritableException if that fails; all others are as they were
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
    // Later ones could not be read, or training would have gone on from them.
    kept.stream().filter(other -> other > epoch).forEach(this::delete);
    int keep = owner.configuration().get(Keys.CHECKPOINT_KEEP);
    kept.stream().filter(other -> other <= epoch).skip(keep).forEach(this::delete);
  }

  /** Removes all of them. */
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

  /** Epochs that there are files of, the newest first. */
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
        "make it writable or make room: the checkpoints before are as they were, and %s goes on from the last of them"
            .formatted(owner.wording().again()));
  }
}
