package io.syncnorm.checkpoint;

import io.syncnorm.config.CheckpointPlace;
import io.syncnorm.config.Keys;
import io.syncnorm.files.CallLimit;
import io.syncnorm.files.Folder;
import io.syncnorm.files.LocalFolder;
import io.syncnorm.files.Location;
import io.syncnorm.files.TimedFolder;
import io.syncnorm.files.UnwritableException;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;

/** Finds the folder of a run's checkpoints. */
public final class CheckpointFolder {
  /** The name of the folder if it is in the run directory. */
  public static final String IN_RUN_DIRECTORY = "checkpoints";

  private CheckpointFolder() {}

  /** The deadline of a call to a checkpoint folder. */
  public static CallLimit limit(io.syncnorm.config.Configuration run) {
    return new CallLimit(run.get(Keys.CHECKPOINT_TIMEOUT), "checkpoint.timeout");
  }

  /**
   * Returns the configured checkpoint folder of a run.
   *
   * @throws IOException if the file system is unknown or cannot be reached
   */
  public static Folder of(
      io.syncnorm.config.Configuration run, Path runDirectory, Configuration hadoop)
      throws IOException {
    if (run.get(Keys.CHECKPOINT_DIR) instanceof CheckpointPlace.Elsewhere elsewhere) {
      return Folder.at(
          Location.of(elsewhere.address()).resolve(runDirectory.getFileName().toString()),
          hadoop,
          limit(run));
    }
    return new TimedFolder(new LocalFolder(runDirectory.resolve(IN_RUN_DIRECTORY)), limit(run));
  }

  /**
   * Checks before a run that its checkpoints can be written to the configured folder.
   *
   * @param place of this run's checkpoints
   * @throws UnwritableException if the folder is not writable
   */
  public static void requireWritable(
      CheckpointPlace.Elsewhere place, io.syncnorm.config.Configuration run, Configuration hadoop) {
    try {
      Folder.at(Location.of(place.address()), hadoop, limit(run)).probe();
    } catch (IOException e) {
      throw new UnwritableException("checkpoint.dir = " + place, e);
    }
  }
}
