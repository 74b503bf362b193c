package io.syncnorm.checkpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/** A folder of which every call ends in time: a file system that hangs must not hang the run. */
record TimedFolder(CheckpointFolder folder, Duration timeout) implements CheckpointFolder {

  private static final String SETTING = "checkpoint.timeout";

  /** The call with the limit that its user calls so. */
  static <T> T within(Duration timeout, Callable<T> call) throws IOException {
    return TimedCall.within(timeout, SETTING, call);
  }

  @Override
  public String address(String name) {
    return folder.address(name);
  }

  @Override
  public List<String> names() throws IOException {
    return within(timeout, folder::names);
  }

  @Override
  public <T> T read(String name, Reading<T> reading) throws IOException {
    return within(timeout, () -> folder.read(name, reading));
  }

  @Override
  public void write(String name, WholeFile.Content content) throws IOException {
    within(
        timeout,
        () -> {
          folder.write(name, content);
          return name;
        });
  }

  @Override
  public void delete(String name) throws IOException {
    within(
        timeout,
        () -> {
          folder.delete(name);
          return name;
        });
  }
}
