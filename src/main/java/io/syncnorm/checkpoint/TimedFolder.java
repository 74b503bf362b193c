package io.syncnorm.checkpoint;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A folder of which every call ends in time: a file system that hangs must not hang the run. */
public record TimedFolder(CheckpointFolder folder, Duration timeout) implements CheckpointFolder {

  private static final String SETTING = "checkpoint.timeout";

  /**
   * Calls something on a thread of its own, which is interrupted and left alone when the time is
   * up.
   *
   * @throws IOException if the call throws it, or does not end in time
   */
  public static <T> T within(Duration timeout, Callable<T> call) throws IOException {
    return within(timeout, SETTING, call);
  }

  /**
   * The same with a limit of another name.
   *
   * @param limit what its user calls it
   */
  public static <T> T within(Duration timeout, String limit, Callable<T> call) throws IOException {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "files");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new IOException("no answer within %s = %d ms".formatted(limit, timeout.toMillis()), e);
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof IOException failed) {
        throw failed;
      }
      throw new IOException(e.getCause());
    }
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
