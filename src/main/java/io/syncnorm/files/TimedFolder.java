package io.syncnorm.files;

import java.io.IOException;
import java.util.List;

/** A folder whose calls all have a deadline: an unresponsive file system must not block the run. */
public record TimedFolder(Folder folder, CallLimit limit) implements Folder {

  @Override
  public String address(String name) {
    return folder.address(name);
  }

  @Override
  public List<String> names() throws IOException {
    return limit.call(folder::names);
  }

  @Override
  public <T> T read(String name, Reading<T> reading) throws IOException {
    return limit.call(() -> folder.read(name, reading));
  }

  @Override
  public void write(String name, WholeFile.Content content) throws IOException {
    limit.call(
        () -> {
          folder.write(name, content);
          return name;
        });
  }

  @Override
  public void delete(String name) throws IOException {
    limit.call(
        () -> {
          folder.delete(name);
          return name;
        });
  }
}
