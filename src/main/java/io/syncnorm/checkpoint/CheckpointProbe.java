package io.syncnorm.checkpoint;

import io.syncnorm.config.CheckpointPlace;
import io.syncnorm.config.CheckpointSettings;
import io.syncnorm.files.Location;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/** Tries before a run whether its checkpoints can be written. */
public final class CheckpointProbe {
  private CheckpointProbe() {}

  /**
   * Writes a file to the configured folder, and removes it.
   *
   * @param place that of these settings
   * @throws UnwritableException if that fails
   */
  public static void requireWritable(
      CheckpointPlace.Folder place, CheckpointSettings settings, Configuration hadoop) {
    try {
      CheckpointFolder folder = CheckpointFolder.at(Location.of(place.address()), hadoop, settings);
      String name = ".check-" + UUID.randomUUID();
      folder.write(name, out -> out.write('x'));
      folder.delete(name);
    } catch (IOException e) {
      throw new UnwritableException("checkpoint.dir = " + place, e);
    }
  }
}
