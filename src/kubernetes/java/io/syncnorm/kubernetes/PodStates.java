package io.syncnorm.kubernetes;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The states of a pod with one container, in the form in which Kubernetes reports them. */
final class PodStates {
  /** As container runtimes report a command that they cannot start. */
  private static final int NOT_STARTED = 128;

  private PodStates() {}

  static PodStatus unscheduled() {
    return new PodStatusBuilder()
        .withPhase("Pending")
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason("Unschedulable")
        .withMessage("0/1 nodes are available: 1 Insufficient cpu.")
        .endCondition()
        .build();
  }

  static PodStatus withoutImage(Pod pod) {
    ContainerState state =
        new ContainerStateBuilder()
            .withNewWaiting()
            .withReason("ImagePullBackOff")
            .withMessage("Back-off pulling image \"" + container(pod).getImage() + "\"")
            .endWaiting()
            .build();
    return of(pod, "Pending", null, state);
  }

  static PodStatus running(Pod pod, String address, String started) {
    ContainerState state =
        new ContainerStateBuilder().withNewRunning().withStartedAt(started).endRunning().build();
    return of(pod, "Running", address, state);
  }

  /** A container whose command does not exist. */
  static PodStatus notStarted(Pod pod) {
    return of(pod, "Failed", null, terminated(NOT_STARTED, "StartError", now()));
  }

  static PodStatus ended(Pod pod, String address, String started, int code) {
    return of(
        pod,
        code == 0 ? "Succeeded" : "Failed",
        address,
        terminated(code, code == 0 ? "Completed" : "Error", started));
  }

  private static ContainerState terminated(int code, String reason, String started) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(code)
        .withReason(reason)
        .withStartedAt(started)
        .withFinishedAt(now())
        .endTerminated()
        .build();
  }

  private static PodStatus of(Pod pod, String phase, String address, ContainerState state) {
    boolean isReady = "Running".equals(phase);
    return new PodStatusBuilder()
        .withPhase(phase)
        .withPodIP(address)
        .addNewCondition()
        .withType("Ready")
        .withStatus(isReady ? "True" : "False")
        .endCondition()
        .addNewContainerStatus()
        .withName(container(pod).getName())
        .withImage(container(pod).getImage())
        .withReady(isReady)
        .withState(state)
        .endContainerStatus()
        .build();
  }

  private static io.fabric8.kubernetes.api.model.Container container(Pod pod) {
    return pod.getSpec().getContainers().get(0);
  }

  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
