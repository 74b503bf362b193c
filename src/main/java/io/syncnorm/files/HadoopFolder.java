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

/** On any file system that Hadoop knows. */
record HadoopFolder(FileSystem system, Path folder) implements Folder {
  /** Others can be faster each time, but hardly so often. */
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
   * <p>Not every file system renames over what is there, so that is removed before; for a moment
   * there is nothing, and another process may put its own file there.
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
    throw new IOException("it could not be renamed from " + temporary);
  }

  @Override
  public void delete(String name) throws IOException {
    Path file = path(name);
    if (!system.delete(file, true) && system.exists(file)) {
      throw new IOException("it could not be deleted");
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
