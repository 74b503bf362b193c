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
 * One run on an MLflow server. What is to be sent waits in a queue, in order: what the server
 * refuses is dropped and the rest goes there all the same; while the server is away, everything
 * waits for it. Belongs to one thread.
 */
final class MlflowRun implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MlflowRun.class);

  /** The tag by which an earlier start of the same run is found again. */
  static final String RUN_TAG = "syncnorm.run";

  private static final String RUN_NAME_TAG = "mlflow.runName";

  /** What a server takes in one request: params and tags, metrics. */
  private static final int MOST_SETTINGS = 100;

  private static final int MOST_METRICS = 1000;

  /** What every server takes as the value of a tag. */
  private static final int LONGEST_TAG = 5000;

  private final String uri;
  private final String experiment;
  private final String run;
  private final Deque<Step> waiting = new ArrayDeque<>();
  private MlflowClient client;
  private String runId = "";
  private Exception missing;
  private boolean isAway;

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

  /** Whether more is to come, while the server is away. */
  enum Patience {
    LATER,
    /** What still fails is given up. */
    LAST
  }

  /** Finds the run or makes it; it is running then. */
  void open() {
    waiting.add(
        () -> {
          runId = found().map(this::runningAgain).orElseGet(this::created);
        });
  }

  /**
   * Finds the run, or makes it, unless it is finished there.
   *
   * @param rest adds what a finished run consists of; not called where all of it is there
   */
  void openUnlessFinished(Runnable rest) {
    waiting.add(
        () -> {
          Optional<Run> found = found();
          if (found.isPresent() && found.get().getInfo().getStatus() == RunStatus.FINISHED) {
            return;
          }
          runId = found.map(this::runningAgain).orElseGet(this::created);
          rest.run();
        });
  }

  /**
   * Logs what the run is.
   *
   * @param params never change in a run: MLflow refuses another value. One that it does not take,
   *     for this or for its length, becomes a tag
   * @param tags may change from one start to the next
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

  /** Logs those of the metrics of whose step the server has no value of {@code key}. */
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
   * Sends what waits.
   *
   * @return what is lost for good, the first time that something is
   */
  Optional<Exception> send(Patience patience) {
    if (missing != null && runId.isEmpty()) { // there is no run to send it to
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
        isAway = false;
      } catch (RuntimeException e) {
        boolean isUnreached =
            e instanceof MlflowClientException && e.getCause() instanceof IOException;
        boolean mayPass =
            isUnreached || (e instanceof MlflowHttpException answer && mayPass(answer));
        if (mayPass && patience == Patience.LATER) {
          waiting.addFirst(step);
          if (!isAway) {
            LOG.warn("MLflow gets this run's figures later: uri={}: {}", uri, message(e));
          }
          isAway = true;
          break;
        }
        missing = missing == null ? e : missing;
        if (isUnreached || runId.isEmpty()) { // then nothing else can be sent, either
          waiting.clear();
        }
      }
    }
    return wasComplete ? Optional.ofNullable(missing) : Optional.empty();
  }

  private static boolean mayPass(MlflowHttpException answer) {
    int code = answer.getStatusCode();
    return code >= 500 || code == 429 || code == 408;
  }

  private void sendParams(List<Map.Entry<String, String>> settings) {
    List<Param> params = settings.stream().map(MlflowRun::param).toList();
    try {
      client.logBatch(runId, List.of(), params, List.of());
      return;
    } catch (MlflowHttpException e) {
      if (mayPass(e)) {
        throw e;
      }
      LOG.debug("one by one, then", e);
    }
    List<String> refused = new ArrayList<>();
    for (Map.Entry<String, String> setting : settings) {
      try {
        client.logBatch(runId, List.of(), List.of(param(setting)), List.of());
      } catch (MlflowHttpException e) {
        if (mayPass(e)) {
          throw e;
        }
        client.logBatch(runId, List.of(), List.of(), List.of(tag(setting)));
        refused.add(setting.getKey());
      }
    }
    LOG.warn("MLflow does not take these as parameters, so they are tags: {}", refused);
  }

  private Optional<Run> found() {
    String query = "tags.`%s` = '%s'".formatted(RUN_TAG, run);
    return client
        .searchRuns(List.of(experimentId()), query, ViewType.ACTIVE_ONLY, 1)
        .getItems()
        .stream()
        .findFirst();
  }

  private String runningAgain(Run found) {
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
      } catch (MlflowHttpException e) { // another run may just have made it
        known = client.getExperimentByName(experiment);
        if (known.isEmpty()) {
          throw e;
        }
      }
    }
    String id = known.get().getExperimentId();
    if (known.get().getLifecycleStage().equals("deleted")) {
      throw new IllegalStateException(
          "experiment %s was deleted there: restore it with mlflow experiments restore --experiment-id %s, or choose another name"
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
