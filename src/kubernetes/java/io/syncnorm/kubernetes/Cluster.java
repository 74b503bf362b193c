package io.syncnorm.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Kubernetes of one node on this machine: an API server in this JVM, and pods that are processes
 * with their own root folder and address. Closing ends them.
 */
final class Cluster implements AutoCloseable {
  /** The image of {@code submit/kubernetes/Dockerfile}. */
  static final String IMAGE = "syncnorm:test";

  /** An image whose containers cannot start. */
  static final String EMPTY_IMAGE = "empty:test";

  static final String NAMESPACE = "default";

  private final ApiServer server;
  private final Kubelet kubelet;
  private final Path folder;

  private Cluster(ApiServer server, Kubelet kubelet, Path folder) {
    this.server = server;
    this.kubelet = kubelet;
    this.folder = folder;
  }

  /**
   * Starts a cluster.
   *
   * @param folder for all its files
   * @param processors that pods can request
   */
  static Cluster start(Path folder, int processors) throws IOException {
    ImageFolder image = ImageFolder.build(Files.createDirectories(folder.resolve("image")));
    ImageFolder empty =
        new ImageFolder(Files.createDirectories(folder.resolve("empty")), image.environment(), "/");
    ApiServer server = ApiServer.start();
    try {
      Kubelet kubelet =
          Kubelet.start(
              server.client(), Map.of(IMAGE, image, EMPTY_IMAGE, empty), processors, folder);
      return new Cluster(server, kubelet, folder);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  ApiServer server() {
    return server;
  }

  KubernetesClient client() {
    return server.client();
  }

  /** Returns the folder that a volume claim mounts. */
  Path claim(String name) throws IOException {
    return Files.createDirectories(folder.resolve("claims").resolve(name));
  }

  /** Returns what kubectl logs prints. */
  String log(String pod) throws IOException {
    return Files.readString(folder.resolve("logs").resolve(pod));
  }

  /** Returns the logs of all pods, one after another. */
  String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(folder.resolve("logs"))) {
      for (Path file : files.sorted().toList()) {
        all.append("\n--- ").append(file.getFileName()).append('\n').append(Files.readString(file));
      }
    }
    return all.toString();
  }

  /** Returns the pods of a role that are running: driver or executor. */
  List<Pod> running(String role) {
    kubelet
        .failure()
        .ifPresent(
            e -> {
              throw new IllegalStateException("the kubelet has failed", e);
            });
    return client()
        .pods()
        .inNamespace(NAMESPACE)
        .withLabel("spark-role", role)
        .list()
        .getItems()
        .stream()
        .filter(pod -> "Running".equals(pod.getStatus().getPhase()))
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .toList();
  }

  /** Deletes a pod as kubectl delete pod does. */
  void delete(Pod pod) {
    client().pods().inNamespace(NAMESPACE).withName(pod.getMetadata().getName()).delete();
  }

  /** Also deletes the pods' files, except logs and claims: they have many links. */
  @Override
  public void close() throws IOException {
    kubelet.close();
    server.close();
    for (String each : List.of("pods", "image")) {
      try (Stream<Path> files = Files.walk(folder.resolve(each))) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
