package io.syncnorm.kubernetes;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesAttributesExtractor;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.server.mock.crud.KubernetesCrudDispatcherException;
import io.fabric8.kubernetes.client.server.mock.crud.PatchHandler;
import io.fabric8.kubernetes.client.server.mock.crud.PostHandler;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.crud.AttributeSet;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okhttp3.mockwebserver.MockResponse;
import okhttp3.mockwebserver.MockWebServer;
import okhttp3.mockwebserver.RecordedRequest;

/**
 * The API server: fabric8's mock, which keeps objects and sends watch events, on loopback. Adds
 * what Spark needs and the mock lacks: server-side apply, the status of new pods, and pods that
 * stay until their containers have ended.
 */
final class ApiServer implements AutoCloseable {
  /** Keeps a deleted pod until the kubelet removes it, as its name does on a real cluster. */
  static final String HELD_BY_KUBELET = "syncnorm.io/kubelet";

  /** Held in a field, because a discarded logger loses its level; it logs every request. */
  private static final Logger WEB = Logger.getLogger(MockWebServer.class.getName());

  private final KubernetesMockServer server;
  private final KubernetesClient client;

  private ApiServer(KubernetesMockServer server) {
    this.server = server;
    this.client = server.createClient();
  }

  static ApiServer start() {
    WEB.setLevel(Level.WARNING);
    KubernetesMockServer server =
        new KubernetesMockServer(
            new Context(new ObjectMapper()),
            new MockWebServer(),
            new HashMap<>(),
            new StoredObjects(),
            false);
    server.init(InetAddress.getLoopbackAddress(), 0);
    return new ApiServer(server);
  }

  /** Returns the value of {@code --master}. */
  String master() {
    return "k8s://" + url();
  }

  /** Returns its address for drivers in pods. */
  String url() {
    return "http://127.0.0.1:" + server.getPort();
  }

  KubernetesClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    server.destroy();
  }

  /**
   * The objects of the cluster. The mock changes them under a lock, but iterates over them without
   * it when a watch opens. Here all of that holds the map's own monitor.
   */
  private static final class StoredObjects extends KubernetesCrudDispatcher {
    private static final String APPLY = "application/apply-patch+yaml";
    private static final String MERGE = "application/merge-patch+json";

    @Override
    public MockResponse handlePatch(RecordedRequest request) {
      String type = String.valueOf(request.getHeader("Content-Type"));
      return type.startsWith(APPLY) ? apply(request) : super.handlePatch(request);
    }

    /** Creates the object, or changes the fields that are sent. */
    private MockResponse apply(RecordedRequest request) {
      String path = request.getPath().replaceFirst("[?].*", "");
      String body = request.getBody().readUtf8();
      synchronized (map) {
        try {
          return findResource(getKey(path)) == null
              ? new PostHandler((KubernetesAttributesExtractor) attributeExtractor, this)
                  .handle(path.substring(0, path.lastIndexOf('/')), MERGE, body)
              : new PatchHandler(this).handle(path, MERGE, body);
        } catch (KubernetesCrudDispatcherException e) {
          return new MockResponse().setResponseCode(e.getCode()).setBody(e.toStatusBody());
        }
      }
    }

    @Override
    public Map.Entry<AttributeSet, String> findResource(AttributeSet attributes) {
      synchronized (map) {
        return super.findResource(attributes);
      }
    }

    @Override
    public void processEvent(
        String path,
        AttributeSet attributes,
        AttributeSet old,
        GenericKubernetesResource resource,
        String state) {
      String changed = state;
      if (old == null && resource != null && "Pod".equals(resource.getKind())) {
        resource.getMetadata().setFinalizers(List.of(HELD_BY_KUBELET));
        resource.setAdditionalProperty(
            "status", new PodStatusBuilder().withPhase("Pending").build());
        changed = Serialization.asJson(resource);
      }
      synchronized (map) {
        super.processEvent(path, attributes, old, resource, changed);
      }
    }

    @Override
    public MockResponse handleWatch(String path) {
      MockResponse response = super.handleWatch(path);
      WebSocketListener watch = response.getWebSocketListener();
      return response.withWebSocketUpgrade(
          new WebSocketListener() {
            @Override
            public void onOpen(WebSocket socket, Response opened) {
              synchronized (map) {
                watch.onOpen(socket, opened);
              }
            }

            @Override
            public void onClosing(WebSocket socket, int code, String reason) {
              watch.onClosing(socket, code, reason);
            }

            @Override
            public void onClosed(WebSocket socket, int code, String reason) {
              watch.onClosed(socket, code, reason);
            }

            @Override
            public void onFailure(WebSocket socket, Throwable failure, Response failed) {
              watch.onFailure(socket, failure, failed);
            }
          });
    }
  }
}
