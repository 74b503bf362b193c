package io.syncnorm.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The executors of a run that can run tasks: those that have the job's jar and were not lost. */
final class LiveExecutors {
  private final Driver driver;
  private final Map<Long, ProcessHandle> live = new LinkedHashMap<>();
  private final Set<Long> seen = new HashSet<>();
  private final Set<Long> lost = new HashSet<>();

  LiveExecutors(Driver driver) {
    this.driver = driver;
  }

  /**
   * Looks for executors that have started or ended. Returns processes that were not there before.
   */
  List<ProcessHandle> refresh() throws IOException {
    live.values().removeIf(executor -> !executor.isAlive());
    List<ProcessHandle> started = new ArrayList<>();
    for (ProcessHandle executor : driver.executors()) {
      long pid = executor.pid();
      if (seen.add(pid)) {
        started.add(executor);
      }
      if (!live.containsKey(pid) && !lost.contains(pid) && hasStarted(pid)) {
        live.put(pid, executor);
      }
    }
    return started;
  }

  /** Spark launches tasks on an executor as soon as it has loaded the job's jar. */
  private static boolean hasStarted(long pid) {
    try {
      Path log = Path.of("/proc", String.valueOf(pid), "cwd", "stderr");
      return Files.readString(log).contains("-job.jar to class loader");
    } catch (IOException e) { // it has just started, or ended
      return false;
    }
  }

  /** Removes an executor that gets a signal; its process may remain for some time. */
  void lose(ProcessHandle executor) {
    lost.add(executor.pid());
    live.remove(executor.pid());
  }

  List<ProcessHandle> all() {
    return List.copyOf(live.values());
  }
}
