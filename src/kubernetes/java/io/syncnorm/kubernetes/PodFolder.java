package io.syncnorm.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The root folder of a pod: the image's files, the pod's volumes at their mount paths and, from the
 * moment a container starts in it, this machine's other folders.
 */
record PodFolder(Path root) {
  /**
   * Fills a pod's root folder.
   *
   * @param claims has a folder for each volume claim, by its name
   * @return empty if the pod's config maps are not there yet; nothing is left then
   */
  static Optional<PodFolder> make(
      Path root, Pod pod, ImageFolder image, Path claims, KubernetesClient client)
      throws IOException {
    for (Volume volume : pod.getSpec().getVolumes()) {
      if (volume.getConfigMap() != null && configMap(pod, volume, client) == null) {
        return Optional.empty();
      }
    }
    image.copyTo(root);
    Files.createDirectories(root.resolve("var"));
    for (VolumeMount mount : pod.getSpec().getContainers().get(0).getVolumeMounts()) {
      Volume volume =
          pod.getSpec().getVolumes().stream()
              .filter(each -> each.getName().equals(mount.getName()))
              .findAny()
              .orElseThrow();
      Path folder = ImageFolder.within(root, mount.getMountPath());
      Files.createDirectories(folder.getParent());
      if (volume.getConfigMap() != null) {
        write(configMap(pod, volume, client), volume, folder);
      } else if (volume.getEmptyDir() != null) {
        Files.createDirectories(folder);
      } else if (volume.getPersistentVolumeClaim() != null) {
        String name = volume.getPersistentVolumeClaim().getClaimName();
        Files.createSymbolicLink(folder, claims.resolve(name));
      } else {
        throw new IllegalStateException("unknown kind of volume: " + volume);
      }
    }
    return Optional.of(new PodFolder(root));
  }

  private static ConfigMap configMap(Pod pod, Volume volume, KubernetesClient client) {
    return client
        .configMaps()
        .inNamespace(pod.getMetadata().getNamespace())
        .withName(volume.getConfigMap().getName())
        .get();
  }

  private static void write(ConfigMap map, Volume volume, Path folder) throws IOException {
    Files.createDirectories(folder);
    Map<String, String> data = map.getData();
    if (volume.getConfigMap().getItems().isEmpty()) {
      for (Map.Entry<String, String> entry : data.entrySet()) {
        Files.writeString(folder.resolve(entry.getKey()), entry.getValue());
      }
    }
    for (KeyToPath item : volume.getConfigMap().getItems()) {
      Files.writeString(folder.resolve(item.getPath()), data.get(item.getKey()));
    }
  }

  boolean has(String program) {
    return Files.isExecutable(ImageFolder.within(root, program));
  }
}
