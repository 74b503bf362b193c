package io.syncnorm.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The executors of a run that can run tasks: those that have the job's jar and were not lost. */
final class LiveExecutors {
  private final Driver driver;
  private final Map<Long, ProcessHandle> live = new LinkedHashMap<>();
  private final Map<Long, ProcessHandle> starting = new LinkedHashMap<>();

  /** Other processes, too. */
  private final Set<Long> known = new HashSet<>();

  LiveExecutors(Driver driver) {
    this.driver = driver;
  }

  /**
   * Looks for executors that have started or ended. Returns processes that were not there before.
   */
  List<ProcessHandle> refresh() throws IOException {
    live.values().removeIf(executor -> !executor.isAlive());
    List<ProcessHandle> started = driver.executorsWithout(known);
    started.forEach(executor -> starting.put(executor.pid(), executor));
    for (ProcessHandle executor : List.copyOf(starting.values())) {
      if (hasStarted(executor.pid())) {
        starting.remove(executor.pid());
        live.put(executor.pid(), executor);
      }
    }
    return started;
  }

  /** Spark launches tasks on an executor as soon as it has loaded the job's jar. */
  private static boolean hasStarted(long pid) {
    try {
      Path log = Path.of("/proc", String.valueOf(pid), "cwd", "stderr");
      return Files.readString(log).contains(".jar to class loader");
    } catch (IOException e) { // it has just started, or ended
      return false;
    }
  }

  /** Removes an executor that gets a signal; its process may remain for some time. */
  void lose(ProcessHandle executor) {
    live.remove(executor.pid());
  }

  List<ProcessHandle> all() {
    return List.copyOf(live.values());
  }
}
