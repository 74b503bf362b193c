package io.syncnorm.faults;

import io.syncnorm.faults.Sockets.NotPossibleException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Injects a fault into a run. Closing it ends executors that it has stopped, but no Workers. */
final class Strike implements AutoCloseable {
  private static final int PAUSE_MILLIS = 1000;
  private static final long POLL_MILLIS = 2;
  private static final int SECOND_BLOW_MILLIS = 4000;

  private final Driver driver;
  private final SplittableRandom random;
  private final List<ProcessHandle> stopped = new ArrayList<>();
  private final List<ProcessHandle> stoppedWorkers = new ArrayList<>();

  Strike(Driver driver, SplittableRandom random) {
    this.driver = driver;
    this.random = random;
  }

  /**
   * Injects the fault.
   *
   * @param disk the small disk that the run writes to, if there is one
   * @throws Driver.MissedException if the run ended before the fault
   * @throws NotPossibleException if this machine does not allow the fault
   */
  void let(Kind kind, SmallDisk disk) throws Exception {
    switch (kind) {
      case EXECUTOR_KILLED, LAST_ATTEMPT -> victim().destroyForcibly();
      case BOTH_EXECUTORS_KILLED -> {
        victim().destroyForcibly();
        Thread.sleep(random.nextInt(SECOND_BLOW_MILLIS));
        victim().destroyForcibly();
      }
      case EXECUTOR_STOPPED -> {
        ProcessHandle victim = stop();
        if (random.nextBoolean()) { // the executor continues after it was declared lost
          driver.awaitText("attempt 1 of");
          signal("CONT", victim);
        }
      }
      case EXECUTOR_PAUSED -> {
        ProcessHandle victim = stop();
        Thread.sleep(PAUSE_MILLIS);
        signal("CONT", victim);
      }
      case EXECUTOR_NOT_REPLACED -> {
        for (ProcessHandle worker : driver.workers()) {
          stoppedWorkers.add(worker);
          signal("STOP", worker);
        }
        victim().destroyForcibly();
      }
      case CONNECTION_CUT -> {
        List<ProcessHandle> executors = driver.awaitExecutors();
        cut(executors.get(0), executors.get(1));
      }
      case EXECUTOR_CUT_OFF -> cut(victim(), driver.process());
      case DISK_FULL -> disk.fill();
      case DRIVER_TERMINATED -> driver.process().destroy();
      case DRIVER_KILLED -> driver.process().destroyForcibly();
      case CHECKPOINT_TORN -> {
        driver.process().destroyForcibly();
        driver.process().onExit().join();
        tear(driver.files(".ckpt").get(0));
      }
    }
  }

  private ProcessHandle victim() throws IOException, Driver.MissedException {
    List<ProcessHandle> executors = driver.executors();
    if (executors.isEmpty()) {
      throw new Driver.MissedException("an executor");
    }
    return executors.get(random.nextInt(executors.size()));
  }

  /** Waits for connections that do not exist yet. */
  private void cut(ProcessHandle one, ProcessHandle other) throws Exception {
    while (Sockets.cut(one, other) == 0) {
      if (!one.isAlive() || !other.isAlive()) {
        throw new Driver.MissedException("a connection");
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private ProcessHandle stop() throws Exception {
    ProcessHandle victim = victim();
    stopped.add(victim);
    signal("STOP", victim);
    return victim;
  }

  static void signal(String name, ProcessHandle process) throws IOException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().onExit().join();
  }

  private void tear(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(random.nextLong(channel.size()));
    }
  }

  @Override
  public void close() throws IOException {
    stopped.forEach(ProcessHandle::destroyForcibly);
    for (ProcessHandle worker : stoppedWorkers) {
      signal("CONT", worker);
    }
  }
}
