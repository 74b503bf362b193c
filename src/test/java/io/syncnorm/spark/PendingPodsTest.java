package io.syncnorm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Tests what is said of pods that do not start; the lists have the form of Kubernetes' own. */
class PendingPodsTest {
  private static final String UNSCHEDULED =
      """
      {"phase": "Pending", "conditions": [
        {"type": "PodScheduled", "status": "False", "reason": "Unschedulable",
         "message": "0/3 nodes are available: 3 Insufficient memory."}]}
      """;

  private static final String WITHOUT_IMAGE =
      """
      {"phase": "Pending",
       "conditions": [{"type": "PodScheduled", "status": "True"}],
       "containerStatuses": [{"name": "spark-kubernetes-executor", "state": {"waiting":
         {"reason": "ErrImagePull", "message": "manifest for a:b not found"}}}]}
      """;

  private static final String CREATING =
      """
      {"phase": "Pending", "containerStatuses": [{"state": {"waiting":
        {"reason": "ContainerCreating"}}}]}
      """;

  private static final String RUNNING =
      """
      {"phase": "Running", "containerStatuses": [{"state": {"running": {}, "waiting": null}}]}
      """;

  @Test
  void shouldSayThatNoNodeHasWhatThePodRequests() throws IOException {
    assertEquals(
        Optional.of(
            "pod exec-2 is pending: Unschedulable, 0/3 nodes are available: 3 Insufficient"
                + " memory"),
        PendingPods.reason(pods(RUNNING, UNSCHEDULED)));
  }

  @Test
  void shouldSayThatTheImageCannotBePulled() throws IOException {
    assertEquals(
        Optional.of("pod exec-1 is pending: ErrImagePull, manifest for a:b not found"),
        PendingPods.reason(pods(WITHOUT_IMAGE, UNSCHEDULED)));
  }

  @Test
  void shouldSayWhatIsKnown() throws IOException {
    assertEquals(
        Optional.of("pod exec-1 is pending: ContainerCreating"),
        PendingPods.reason(pods(CREATING)));
    assertEquals(Optional.empty(), PendingPods.reason(pods("{\"phase\": \"Pending\"}")));
    assertEquals(Optional.empty(), PendingPods.reason(pods(RUNNING)));
    assertEquals(Optional.empty(), PendingPods.reason(pods()));
  }

  private static String pods(String... statuses) {
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < statuses.length; i++) {
      items.append(i == 0 ? "" : ",");
      items.append("{\"metadata\": {\"name\": \"exec-").append(i + 1).append("\"}, \"status\": ");
      items.append(statuses[i]).append('}');
    }
    return "{\"kind\": \"PodList\", \"items\": [" + items + "]}";
  }
}
