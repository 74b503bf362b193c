package io.syncnorm.files;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;

/** A folder on any file system that Hadoop supports. */
record HadoopFolder(FileSystem system, Path folder) implements Folder {
  /** Attempts to rename; other processes may write the same name in between, but not this often. */
  private static final int ATTEMPTS = 50;

  @Override
  public String address(String name) {
    return (name.isEmpty() ? folder : path(name)).toString();
  }

  @Override
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    try {
      for (FileStatus file : system.listStatus(folder)) {
        names.add(file.getPath().getName());
      }
    } catch (FileNotFoundException e) {
      return List.of();
    }
    return names;
  }

  @Override
  public <T> T read(String name, Reading<T> reading) throws IOException {
    try (InputStream in = new BufferedInputStream(system.open(path(name)))) {
      return reading.from(in);
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>Not every file system can rename onto an existing file, so that file is removed first. For a
   * moment the name is free, and another process may create its own file there.
   */
  @Override
  public void write(String name, WholeFile.Content content) throws IOException {
    WholeFile.sweep(folder.toString(), this::sweep);
    Path temporary = path(WholeFile.partOf(name));
    try {
      try (FSDataOutputStream out = system.create(temporary)) {
        OutputStream buffered = new BufferedOutputStream(out);
        content.writeTo(buffered);
        buffered.flush();
        if (out.hasCapability(StreamCapabilities.HSYNC)) {
          out.hsync();
        }
      }
      replace(name, temporary);
    } catch (Throwable e) {
      discard(temporary, e);
      throw e;
    }
  }

  private void sweep() throws IOException {
    for (FileStatus file : system.listStatus(folder)) {
      if (WholeFile.isAbandoned(file.getPath().getName(), file.getModificationTime())) {
        system.delete(file.getPath(), false);
      }
    }
  }

  private void replace(String name, Path temporary) throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      system.delete(path(name), true);
      if (system.rename(temporary, path(name))) {
        return;
      }
    }
    throw new IOException("cannot rename the temporary file to it: from=" + temporary);
  }

  @Override
  public void delete(String name) throws IOException {
    Path file = path(name);
    if (!system.delete(file, true) && system.exists(file)) {
      throw new IOException("cannot delete it");
    }
  }

  private void discard(Path temporary, Throwable failure) {
    try {
      system.delete(temporary, false);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private Path path(String name) {
    return new Path(folder, name);
  }
}
