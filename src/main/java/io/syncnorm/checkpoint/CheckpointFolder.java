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

/** Where a run's checkpoints are. */
public final class CheckpointFolder {
  /** Its name where it is in the run directory. */
  public static final String IN_RUN_DIRECTORY = "checkpoints";

  private CheckpointFolder() {}

  /** How long one call to a folder of checkpoints may take. */
  public static CallLimit limit(io.syncnorm.config.Configuration run) {
    return new CallLimit(run.get(Keys.CHECKPOINT_TIMEOUT), "checkpoint.timeout");
  }

  /**
   * The configured folder of a run.
   *
   * @throws IOException if there is no such file system, or it cannot be reached
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
   * Tries before a run whether its checkpoints can be written to the configured folder.
   *
   * @param place that of this run
   * @throws UnwritableException if that fails
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
