package io.syncnorm.tracking;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowHttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run on an MLflow server. Calls are queued and sent in order: a call that the server rejects
 * is dropped, and the next one is sent; while the server is unavailable, all calls stay queued.
 * Confined to one thread.
 */
final class MlflowRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowRun.class);

  /** The tag that identifies the run of an earlier start. */
  static final String RUN_TAG = "syncnorm.run";

  private static final String RUN_NAME_TAG = "mlflow.runName";

  /** The server's limits per request: params and tags, metrics. */
  private static final int MOST_SETTINGS = 100;

  private static final int MOST_METRICS = 1000;

  /** The longest tag value that every server accepts. */
  private static final int LONGEST_TAG = 5000;

  private final String uri;
  private final String experiment;
  private final String run;
  private final Deque<Step> waiting = new ArrayDeque<>();
  private MlflowClient client;
  private String runId = "";
  private Exception missing;
  private boolean isUnavailable;

  /**
   * @param run name of the run directory
   */
  MlflowRun(String uri, String experiment, String run) {
    this.uri = uri;
    this.experiment = experiment;
    this.run = run;
  }

  private interface Step {
    void send();
  }

  /** How to handle an unavailable server. */
  enum Unavailable {
    /** Keep the calls queued. */
    LATER,
    /** Drop the calls: the run is ending. */
    DROP
  }

  /** Finds or creates the run and sets its status to running. */
  void open() {
    waiting.add(
        () -> {
          runId = found().map(this::reopened).orElseGet(this::created);
        });
  }

  /**
   * Finds or creates the run, unless it has finished on the server.
   *
   * @param rest queues the data of a finished run; not called if the server has it already
   */
  void openUnlessFinished(Runnable rest) {
    waiting.add(
        () -> {
          Optional<Run> found = found();
          if (found.isPresent() && found.get().getInfo().getStatus() == RunStatus.FINISHED) {
            return;
          }
          runId = found.map(this::reopened).orElseGet(this::created);
          rest.run();
        });
  }

  /**
   * Logs the run's settings.
   *
   * @param params never change during a run, because MLflow rejects a different value. A rejected
   *     one, also if too long, becomes a tag
   * @param tags may change between starts
   */
  void settings(Map<String, String> params, Map<String, String> tags) {
    pieces(List.copyOf(params.entrySet()), MOST_SETTINGS)
        .forEach(piece -> waiting.add(() -> sendParams(piece)));
    tags(tags);
  }

  void tags(Map<String, String> tags) {
    pieces(tags.entrySet().stream().map(MlflowRun::tag).toList(), MOST_SETTINGS)
        .forEach(piece -> waiting.add(() -> client.logBatch(runId, List.of(), List.of(), piece)));
  }

  void metrics(List<Metric> metrics) {
    pieces(metrics, MOST_METRICS)
        .forEach(piece -> waiting.add(() -> client.logBatch(runId, piece, List.of(), List.of())));
  }

  /** Logs the metrics of those steps for which the server has no value of {@code key}. */
  void missingMetrics(String key, List<Metric> metrics) {
    waiting.add(
        () -> {
          Set<Long> known =
              client.getMetricHistory(runId, key).stream()
                  .map(Metric::getStep)
                  .collect(Collectors.toSet());
          List<Metric> unknown =
              metrics.stream().filter(metric -> !known.contains(metric.getStep())).toList();
          for (List<Metric> piece : pieces(unknown, MOST_METRICS)) {
            client.logBatch(runId, piece, List.of(), List.of());
          }
        });
  }

  void status(RunStatus status) {
    waiting.add(() -> client.setTerminated(runId, status));
  }

  /**
   * Sends the queued calls.
   *
   * @return the first permanent failure, reported once
   */
  Optional<Exception> send(Unavailable policy) {
    if (missing != null && runId.isEmpty()) { // no run exists to send them to
      waiting.clear();
    }
    boolean wasComplete = missing == null;
    while (!waiting.isEmpty()) {
      Step step = waiting.removeFirst();
      try {
        if (client == null) {
          client = new MlflowClient(uri);
        }
        step.send();
        isUnavailable = false;
      } catch (RuntimeException e) {
        boolean isUnreachable =
            e instanceof MlflowClientException && e.getCause() instanceof IOException;
        boolean isTemporary =
            isUnreachable || (e instanceof MlflowHttpException answer && isTemporary(answer));
        if (isTemporary && policy == Unavailable.LATER) {
          waiting.addFirst(step);
          if (!isUnavailable) {
            LOG.warn(
                "MLflow server unavailable, metrics are sent later: uri={}: {}", uri, message(e));
          }
          isUnavailable = true;
          break;
        }
        missing = missing == null ? e : missing;
        if (isUnreachable || runId.isEmpty()) { // nothing else can be sent either
          waiting.clear();
        }
      }
    }
    return wasComplete ? Optional.ofNullable(missing) : Optional.empty();
  }

  private static boolean isTemporary(MlflowHttpException answer) {
    int code = answer.getStatusCode();
    return code >= 500 || code == 429 || code == 408;
  }

  private void sendParams(List<Map.Entry<String, String>> settings) {
    List<Param> params = settings.stream().map(MlflowRun::param).toList();
    try {
      client.logBatch(runId, List.of(), params, List.of());
      return;
    } catch (MlflowHttpException e) {
      if (isTemporary(e)) {
        throw e;
      }
      LOG.debug("batch rejected, sending params one by one", e);
    }
    List<String> refused = new ArrayList<>();
    for (Map.Entry<String, String> setting : settings) {
      try {
        client.logBatch(runId, List.of(), List.of(param(setting)), List.of());
      } catch (MlflowHttpException e) {
        if (isTemporary(e)) {
          throw e;
        }
        client.logBatch(runId, List.of(), List.of(), List.of(tag(setting)));
        refused.add(setting.getKey());
      }
    }
    LOG.warn("MLflow rejected these as params; logged as tags instead: {}", refused);
  }

  private Optional<Run> found() {
    String query = "tags.`%s` = '%s'".formatted(RUN_TAG, run);
    return client
        .searchRuns(List.of(experimentId()), query, ViewType.ACTIVE_ONLY, 1)
        .getItems()
        .stream()
        .findFirst();
  }

  private String reopened(Run found) {
    String id = found.getInfo().getRunId();
    client.setTerminated(id, RunStatus.RUNNING);
    return id;
  }

  private String created() {
    CreateRun wanted =
        CreateRun.newBuilder()
            .setExperimentId(experimentId())
            .setStartTime(System.currentTimeMillis())
            .addTags(tag(Map.entry(RUN_TAG, run)))
            .addTags(tag(Map.entry(RUN_NAME_TAG, run)))
            .build();
    return client.createRun(wanted).getRunId();
  }

  private String experimentId() {
    Optional<Experiment> known = client.getExperimentByName(experiment);
    if (known.isEmpty()) {
      try {
        return client.createExperiment(experiment);
      } catch (MlflowHttpException e) { // another run may have created it meanwhile
        known = client.getExperimentByName(experiment);
        if (known.isEmpty()) {
          throw e;
        }
      }
    }
    String id = known.get().getExperimentId();
    if (known.get().getLifecycleStage().equals("deleted")) {
      throw new IllegalStateException(
          "MLflow experiment %s is deleted: restore it with mlflow experiments restore --experiment-id %s, or choose another name"
              .formatted(experiment, id));
    }
    return id;
  }

  private static Param param(Map.Entry<String, String> setting) {
    return Param.newBuilder().setKey(setting.getKey()).setValue(setting.getValue()).build();
  }

  private static RunTag tag(Map.Entry<String, String> setting) {
    String value = setting.getValue();
    return RunTag.newBuilder()
        .setKey(setting.getKey())
        .setValue(value.length() <= LONGEST_TAG ? value : value.substring(0, LONGEST_TAG))
        .build();
  }

  private static <T> List<List<T>> pieces(List<T> all, int size) {
    List<List<T>> pieces = new ArrayList<>();
    for (int from = 0; from < all.size(); from += size) {
      pieces.add(all.subList(from, Math.min(all.size(), from + size)));
    }
    return pieces;
  }

  private static String message(Exception e) {
    return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
  }
}
