package io.syncnorm.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A node with its kubelet and scheduler: starts the container of each pod as a process, reports its
 * status, and ends it when the pod is deleted. Pods that need more processors than are free stay
 * pending, as do those whose image does not exist.
 *
 * <p>It polls the API server, on a thread of its own.
 */
final class Kubelet implements AutoCloseable {
  private static final long POLL_MILLIS = 100;
  private static final long CLOSE_SECONDS = 20;

  private final KubernetesClient client;
  private final Map<String, ImageFolder> images;
  private final int processors;
  private final Path folder;
  private final Addresses addresses;
  private final Map<String, Run> runs = new LinkedHashMap<>();
  private final Thread thread = new Thread(this::poll, "kubelet");
  private volatile boolean isClosing;
  private volatile Exception failure;

  /** A pod that has been started; deadline of its end after SIGTERM, 0 before. */
  private static final class Run {
    private final Container container;
    private final String address;
    private final String started = PodStates.now();
    private boolean hasReportedEnd;
    private long killAt;

    Run(Container container, String address) {
      this.container = container;
      this.address = address;
    }
  }

  private Kubelet(
      KubernetesClient client, Map<String, ImageFolder> images, int processors, Path folder)
      throws IOException {
    this.client = client;
    this.images = images;
    this.processors = processors;
    this.folder = folder;
    this.addresses = new Addresses(folder);
  }

  /**
   * @param images by name
   * @param folder for the pods' files, logs and claims
   */
  static Kubelet start(
      KubernetesClient client, Map<String, ImageFolder> images, int processors, Path folder)
      throws IOException {
    for (String each : List.of("logs", "claims", "pods")) {
      Files.createDirectories(folder.resolve(each));
    }
    Kubelet kubelet = new Kubelet(client, images, processors, folder);
    kubelet.thread.start();
    return kubelet;
  }

  /** Returns why it has stopped working, if it has. */
  Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  private void poll() {
    try {
      while (!isClosing) {
        round();
        Thread.sleep(POLL_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      failure = e;
    } finally {
      runs.values().forEach(run -> run.container.kill());
    }
  }

  private void round() throws IOException {
    List<Pod> pods = client.pods().inAnyNamespace().list().getItems();
    addresses.name(client.services().inAnyNamespace().list().getItems(), pods);
    for (Pod pod : pods) {
      Run run = runs.get(uid(pod));
      if (run == null) {
        begin(pod, pods);
      } else {
        follow(pod, run);
      }
    }
  }

  private void begin(Pod pod, List<Pod> pods) throws IOException {
    var container = pod.getSpec().getContainers().get(0);
    if (pod.getMetadata().getDeletionTimestamp() != null) {
      release(pod);
    } else if ("Failed".equals(pod.getStatus().getPhase())) {
      return;
    } else if (requested(pod).compareTo(free(pods)) > 0) {
      pending(pod, PodStates.unscheduled());
    } else if (!images.containsKey(container.getImage())) {
      pending(pod, PodStates.withoutImage(pod));
    } else {
      launch(pod, images.get(container.getImage()));
    }
  }

  private void launch(Pod pod, ImageFolder image) throws IOException {
    Path root = folder.resolve("pods").resolve(uid(pod));
    Optional<PodFolder> made = PodFolder.make(root, pod, image, folder.resolve("claims"), client);
    if (made.isEmpty()) {
      return; // its config maps are created after it
    }
    String program = Container.program(pod).get(0);
    if (!made.get().has(program)) {
      report(pod, PodStates.notStarted(pod));
      return;
    }
    String address = addresses.next();
    Path log = folder.resolve("logs").resolve(pod.getMetadata().getName());
    Run run =
        new Run(Container.start(pod, made.get(), image, address, addresses.hosts(), log), address);
    runs.put(uid(pod), run);
    report(pod, PodStates.running(pod, address, run.started));
  }

  private void follow(Pod pod, Run run) {
    boolean isDeleted = pod.getMetadata().getDeletionTimestamp() != null;
    if (run.container.isAlive()) {
      if (isDeleted) {
        end(pod, run);
      }
      return;
    }
    if (!run.hasReportedEnd) {
      report(pod, PodStates.ended(pod, run.address, run.started, run.container.code()));
      run.hasReportedEnd = true;
    } else if (isDeleted) {
      release(pod);
    }
  }

  /** SIGTERM, and SIGKILL when the pod's grace period is over. */
  private static void end(Pod pod, Run run) {
    if (run.killAt == 0) {
      Long grace = pod.getSpec().getTerminationGracePeriodSeconds();
      run.killAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(grace == null ? 30 : grace);
      run.container.terminate();
    } else if (System.nanoTime() > run.killAt) {
      run.container.kill();
    }
  }

  private static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  private BigDecimal free(List<Pod> pods) {
    return pods.stream()
        .filter(pod -> runs.containsKey(uid(pod)) && !runs.get(uid(pod)).hasReportedEnd)
        .map(Kubelet::requested)
        .reduce(BigDecimal.valueOf(processors), BigDecimal::subtract);
  }

  private static BigDecimal requested(Pod pod) {
    Quantity cpu = pod.getSpec().getContainers().get(0).getResources().getRequests().get("cpu");
    return Quantity.getAmountInBytes(cpu); // without a unit, a plain number
  }

  private void pending(Pod pod, PodStatus status) {
    if (pod.getStatus().getConditions().isEmpty()
        && pod.getStatus().getContainerStatuses().isEmpty()) {
      report(pod, status);
    }
  }

  private void report(Pod pod, PodStatus status) {
    client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .editStatus(
            now -> {
              now.setStatus(status);
              return now;
            });
  }

  /** Lets the API server remove a pod that was deleted. */
  private void release(Pod pod) {
    client
        .pods()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(pod.getMetadata().getName())
        .edit(
            now -> {
              now.getMetadata().setFinalizers(List.of());
              return now;
            });
  }

  @Override
  public void close() {
    isClosing = true;
    try {
      thread.join(TimeUnit.SECONDS.toMillis(CLOSE_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
