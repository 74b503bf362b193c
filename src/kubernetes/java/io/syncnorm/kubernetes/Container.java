package io.syncnorm.kubernetes;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.syncnorm.Lifeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The process of a pod's container. It sees the pod's folder as its root, in a user and mount name
 * space of its own. It has this machine's network, where the pod has an address of its own.
 */
final class Container {
  /**
   * Mounts what the pod's folder lacks from this machine, then becomes the container's command. No
   * process stays in between, so signals reach the command.
   */
  private static final String ENTER =
      """
      set -euo pipefail
      root=$1 hosts=$2 folder=$3
      shift 3
      for each in /*; do
        here=$root$each
        if [ -L "$each" ]; then
          [ -e "$here" ] || cp -P "$each" "$here"
        elif [ -d "$each" ] && [ ! -e "$here" ]; then
          mkdir "$here"
          mount --rbind "$each" "$here"
        fi
      done
      mount --bind "$hosts" "$root/etc/hosts"
      exec chroot "$root" sh -c 'cd "$1" && shift && exec "$@"' sh "$folder" "$@"
      """;

  private static final long PROBE_SECONDS = 20;
  private static final long KILL_SECONDS = 10;

  private final Process process;

  private Container(Process process) {
    this.process = process;
  }

  /** Whether this machine lets its user have name spaces. */
  static boolean arePossible() throws IOException, InterruptedException {
    Process probe =
        new ProcessBuilder("unshare", "--map-root-user", "--mount", "true")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && probe.exitValue() == 0;
  }

  /** Starts a pod's first container. */
  static Container start(
      Pod pod, PodFolder folder, ImageFolder image, String address, Path hosts, Path log)
      throws IOException {
    var container = pod.getSpec().getContainers().get(0);
    List<String> command =
        new ArrayList<>(List.of("unshare", "--map-root-user", "--mount", "bash", "-c", ENTER));
    command.addAll(List.of("bash", folder.root().toString(), hosts.toString()));
    command.add(
        container.getWorkingDir() == null ? image.workingDirectory() : container.getWorkingDir());
    command.addAll(program(pod));
    command.addAll(container.getArgs());
    ProcessBuilder builder =
        new ProcessBuilder(Lifeline.tied(command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment(pod, image, address));
    return new Container(builder.start());
  }

  /** Returns the container's own command, otherwise the image's. */
  static List<String> program(Pod pod) {
    List<String> own = pod.getSpec().getContainers().get(0).getCommand();
    return own.isEmpty() ? List.of(ImageFolder.ENTRY_POINT) : own;
  }

  private static Map<String, String> environment(Pod pod, ImageFolder image, String address) {
    Map<String, String> all = new HashMap<>(image.environment());
    for (EnvVar each : pod.getSpec().getContainers().get(0).getEnv()) {
      all.put(each.getName(), value(each, pod, address));
    }
    return all;
  }

  private static String value(EnvVar variable, Pod pod, String address) {
    if (variable.getValueFrom() == null) {
      return variable.getValue() == null ? "" : variable.getValue();
    }
    String field = variable.getValueFrom().getFieldRef().getFieldPath();
    return switch (field) {
      case "status.podIP" -> address;
      case "metadata.name" -> pod.getMetadata().getName();
      case "metadata.namespace" -> pod.getMetadata().getNamespace();
      default -> throw new IllegalStateException("unknown field of a pod: " + field);
    };
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the exit code as Kubernetes reports it: 128 plus the signal that ended it. */
  int code() {
    return process.exitValue();
  }

  /** Sends SIGTERM. */
  void terminate() {
    process.toHandle().destroy(); // the process itself would close its pipe, which kills it
  }

  /** Sends SIGKILL, also to the processes that it has started, and waits for its end. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(KILL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
