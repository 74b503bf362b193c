package io.syncnorm.checkpoint;

import io.syncnorm.config.CheckpointPlace;
import io.syncnorm.config.CheckpointSettings;
import io.syncnorm.files.Location;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;

/** A folder of checkpoints, wherever it is. Names are those of files in it. */
public sealed interface CheckpointFolder permits LocalFolder, HadoopFolder, TimedFolder {
  /** Its name where it is in the run directory. */
  String IN_RUN_DIRECTORY = "checkpoints";

  /** Makes something of a file's bytes. */
  @FunctionalInterface
  interface Reading<T> {
    T from(InputStream in) throws IOException;
  }

  /**
   * The configured folder of a run.
   *
   * @throws IOException if there is no such file system, or it cannot be reached
   */
  static CheckpointFolder of(CheckpointSettings settings, Path runDirectory, Configuration hadoop)
      throws IOException {
    if (settings.place() instanceof CheckpointPlace.Folder elsewhere) {
      return at(
          Location.of(elsewhere.address()).resolve(runDirectory.getFileName().toString()),
          hadoop,
          settings);
    }
    return new TimedFolder(
        new LocalFolder(runDirectory.resolve(IN_RUN_DIRECTORY)), settings.timeout());
  }

  /**
   * The folder at a location; it need not be there yet.
   *
   * @throws IOException if there is no such file system, or it cannot be reached
   */
  static CheckpointFolder at(Location location, Configuration hadoop, CheckpointSettings settings)
      throws IOException {
    return new TimedFolder(
        TimedFolder.within(settings.timeout(), () -> HadoopFolder.at(location, hadoop)),
        settings.timeout());
  }

  /**
   * What is at a location, with its whole path.
   *
   * @throws java.io.FileNotFoundException if nothing is
   * @throws IOException if there is no such file system
   */
  static FileStatus status(Location location, Configuration hadoop, CheckpointSettings settings)
      throws IOException {
    return TimedFolder.within(settings.timeout(), () -> HadoopFolder.status(location, hadoop));
  }

  /** What its user calls a file. */
  String address(String name);

  /** What is in it; nothing if it is not there. */
  List<String> names() throws IOException;

  <T> T read(String name, Reading<T> reading) throws IOException;

  /** Writes a file that appears whole or not at all, in place of whatever has its name. */
  void write(String name, WholeFile.Content content) throws IOException;

  /** Removes whatever has this name, if anything has. */
  void delete(String name) throws IOException;
}
