package io.syncnorm.files;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long a call to a file system may take: it ends in time, even if that never answers.
 *
 * @param name what its user calls the timeout
 */
public record CallLimit(Duration timeout, String name) {

  /**
   * Calls something on a thread of its own, which is interrupted and left alone when the time is
   * up.
   *
   * @throws IOException if the call throws it, or does not end in time
   */
  public <T> T call(Callable<T> call) throws IOException {
    FutureTask<T> task = new FutureTask<>(call);
    Thread thread = new Thread(task, "files");
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new IOException(
          String.format(Locale.ROOT, "no answer within %s = %d ms", name, timeout.toMillis()), e);
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
}
