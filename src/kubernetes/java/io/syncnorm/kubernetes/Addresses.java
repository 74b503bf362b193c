package io.syncnorm.kubernetes;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The addresses of pods, all on loopback, and the names of services, in a hosts file that all pods
 * share: lines are only added, so that a pod never reads half of it.
 */
final class Addresses {
  private final int network = 1 + ThreadLocalRandom.current().nextInt(1 << 15);
  private final Path hosts;
  private final Set<String> names = new HashSet<>();
  private int used;

  Addresses(Path folder) throws IOException {
    this.hosts = folder.resolve("hosts");
    Files.copy(Path.of("/etc/hosts"), hosts);
  }

  Path hosts() {
    return hosts;
  }

  /** Returns the address of a new pod. Other clusters of this machine likely have others. */
  String next() {
    int number = (network << 8) + 1 + used++ % 254;
    return String.format(
        Locale.ROOT, "127.%d.%d.%d", 1 + (number >> 16) % 254, (number >> 8) % 256, number % 256);
  }

  /** Names the pods that services select. */
  void name(List<Service> services, List<Pod> pods) throws IOException {
    for (Service service : services) {
      var selector = service.getSpec().getSelector();
      for (Pod pod : pods) {
        String address = pod.getStatus().getPodIP();
        String name =
            service.getMetadata().getName() + "." + service.getMetadata().getNamespace() + ".svc";
        if (address != null
            && selector != null
            && pod.getMetadata().getLabels().entrySet().containsAll(selector.entrySet())
            && names.add(name)) {
          Files.writeString(hosts, address + " " + name + "\n", StandardOpenOption.APPEND);
        }
      }
    }
  }
}
