package io.syncnorm.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;

/** A folder, wherever it is. Names are those of files in it. */
public sealed interface Folder permits LocalFolder, HadoopFolder, TimedFolder {

  /** Makes something of a file's bytes. */
  @FunctionalInterface
  interface Reading<T> {
    T from(InputStream in) throws IOException;
  }

  /**
   * The folder at a location, which need not be there yet. Every call to it ends within the limit,
   * as this one does.
   *
   * @throws IOException if there is no such file system, or it cannot be reached
   */
  static Folder at(Location location, Configuration hadoop, CallLimit limit) throws IOException {
    return new TimedFolder(limit.call(() -> location.in(hadoop).folder()), limit);
  }

  /** What its user calls a file, or the folder itself where the name is empty. */
  String address(String name);

  /** What is in it; nothing if it is not there. */
  List<String> names() throws IOException;

  <T> T read(String name, Reading<T> reading) throws IOException;

  /**
   * Writes a file that appears whole or not at all, in place of whatever has its name. Several
   * processes may write one name at once: the last file stands. One that is killed may leave a
   * part, which whoever writes to the folder a day later removes.
   */
  void write(String name, WholeFile.Content content) throws IOException;

  /** Tries whether it can be written: writes a file, and removes it. */
  default void probe() throws IOException {
    String name = ".check-" + UUID.randomUUID();
    write(name, out -> out.write('x'));
    delete(name);
  }

  /** Removes whatever has this name, if anything has. */
  void delete(String name) throws IOException;
}
