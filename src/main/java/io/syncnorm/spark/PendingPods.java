package io.syncnorm.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Why executors have not started on Kubernetes, as Kubernetes says it. Spark knows only that their
 * pods are pending.
 */
final class PendingPods {
  private static final Logger LOG = LoggerFactory.getLogger(PendingPods.class);

  /** For one request; Spark's client may repeat it for longer. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final String CLIENT = "io.fabric8.kubernetes.client.KubernetesClient";

  private PendingPods() {}

  /**
   * Says why the first pending executor has not started: that its image cannot be pulled, for
   * instance, or that no node has the memory that it requests. Empty if none is pending or the
   * reason is not known, and on other clusters.
   */
  static Optional<String> reason(JavaSparkContext spark) {
    if (!spark.master().startsWith("k8s://") || spark.sc().isStopped()) {
      return Optional.empty();
    }
    CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                answer.complete(reason(pods(spark)));
              } catch (ReflectiveOperationException | IOException | RuntimeException e) {
                answer.completeExceptionally(e);
              }
            },
            "syncnorm-pods");
    thread.setDaemon(true);
    thread.start();
    try {
      return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("cannot ask Kubernetes why executors have not started: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  /**
   * Asks with Spark's own client, which has the address, the credentials and the certificates. It
   * is a library of Spark's Kubernetes module, which is not on the class path elsewhere.
   *
   * @return Kubernetes' list of the executors' pods
   */
  private static String pods(JavaSparkContext spark) throws ReflectiveOperationException {
    Object backend = spark.sc().schedulerBackend();
    Field field =
        Stream.of(backend.getClass().getDeclaredFields())
            .filter(each -> each.getType().getName().equals(CLIENT))
            .findFirst()
            .orElseThrow(() -> new NoSuchFieldException(CLIENT + " in " + backend.getClass()));
    field.setAccessible(true); // private
    Object client = field.get(backend);
    String selector = "spark-role=executor,spark-app-selector=" + spark.sc().applicationId();
    String path =
        "/api/v1/namespaces/%s/pods?labelSelector=%s"
            .formatted(
                spark.getConf().get("spark.kubernetes.namespace", "default"),
                URLEncoder.encode(selector, StandardCharsets.UTF_8));
    return (String) field.getType().getMethod("raw", String.class).invoke(client, path);
  }

  /**
   * @param pods a list of pods, in JSON
   */
  static Optional<String> reason(String pods) throws IOException {
    for (JsonNode pod : new ObjectMapper().readTree(pods).path("items")) {
      if (pod.at("/status/phase").asText().equals("Pending")) {
        Optional<String> reason =
            waiting(pod.at("/status/containerStatuses"))
                .or(() -> unscheduled(pod.at("/status/conditions")));
        if (reason.isPresent()) {
          return Optional.of(
              "pod %s is pending: %s".formatted(pod.at("/metadata/name").asText(), reason.get()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> waiting(JsonNode containers) {
    for (JsonNode container : containers) {
      JsonNode state = container.at("/state/waiting");
      if (state.isObject()) {
        return Optional.of(said(state));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> unscheduled(JsonNode conditions) {
    for (JsonNode condition : conditions) {
      if (condition.path("type").asText().equals("PodScheduled")
          && condition.path("status").asText().equals("False")) {
        return Optional.of(said(condition));
      }
    }
    return Optional.empty();
  }

  private static String said(JsonNode state) {
    String message = state.path("message").asText().replaceFirst("[.]$", "");
    return state.path("reason").asText() + (message.isEmpty() ? "" : ", " + message);
  }
}
