package io.syncnorm.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/** A folder on any file system. Names refer to files in it. */
public sealed interface Folder permits LocalFolder, HadoopFolder, TimedFolder {

  /** Reads a value from a file's bytes. */
  @FunctionalInterface
  interface Reading<T> {
    T from(InputStream in) throws IOException;
  }

  /**
   * Returns the folder at a location; it may not exist yet. Every call to it, and this call, ends
   * within the limit.
   *
   * @throws IOException if the file system is unknown or cannot be reached
   */
  static Folder at(Location location, Configuration hadoop, CallLimit limit) throws IOException {
    return new TimedFolder(limit.call(() -> location.in(hadoop).folder()), limit);
  }

  /** The address of a file as shown to users, or of the folder if the name is empty. */
  String address(String name);

  /** Lists the names in the folder; empty if the folder does not exist. */
  List<String> names() throws IOException;

  <T> T read(String name, Reading<T> reading) throws IOException;

  /**
   * Writes a file atomically, replacing any file of that name. Several processes may write the same
   * name at once: the last one wins. A killed process may leave a partial file, which a writer to
   * the folder removes after a day.
   */
  void write(String name, WholeFile.Content content) throws IOException;

  /** Checks that the folder is writable: writes a file and removes it. */
  default void probe() throws IOException {
    String name = ".check-" + UUID.randomUUID();
    write(name, out -> out.write('x'));
    delete(name);
  }

  /** Removes the file or folder of this name, if it exists. */
  void delete(String name) throws IOException;
}
