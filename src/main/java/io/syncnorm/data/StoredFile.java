package io.syncnorm.data;

import io.syncnorm.files.Location;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A file in some Hadoop file system, which exists and is no directory. */
record StoredFile(FileSystem system, FileStatus status) {

  /** What a user has named so, by the rule of {@link Location#of(String)}. */
  static StoredFile locate(String name, Configuration hadoop) {
    Location.Stored stored;
    try {
      stored = Location.of(name).in(hadoop);
    } catch (IOException e) {
      throw DataException.of(
          "path cannot be resolved",
          name,
          "a path, or a URI of a known file system",
          e,
          "check the spelling, and that the file system's jars are given to spark-submit",
          e);
    }
    return locate(stored.system(), stored.path());
  }

  private static StoredFile locate(FileSystem system, Path path) {
    FileStatus status;
    try {
      status = system.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw DataException.of(
          "file does not exist",
          path.toString(),
          "a file",
          "nothing",
          "correct the path; without a scheme it is local, and relative to the folder you are in",
          e);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
    if (status.isDirectory()) {
      throw DataException.of(
          "path is a directory",
          path.toString(),
          "a file",
          "a directory",
          "name the file in it",
          null);
    }
    return new StoredFile(system, status);
  }

  /** The fully qualified path. */
  String path() {
    return status.getPath().toString();
  }

  /** Opens the file at its first byte; the caller closes the stream. */
  StoredStream open() {
    try {
      return new StoredStream(system.open(status.getPath()), status.getLen());
    } catch (IOException e) {
      throw unreadable(status.getPath(), e);
    }
  }

  private static DataException unreadable(Path path, IOException e) {
    return DataException.of(
        "file cannot be opened",
        path.toString(),
        "a readable file",
        e,
        "check the permissions and the file system",
        e);
  }
}
