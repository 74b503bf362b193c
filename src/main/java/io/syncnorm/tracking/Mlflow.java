package io.syncnorm.tracking;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.Figures;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import io.syncnorm.train.EpochResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;

/**
 * Logs a run to an MLflow server: settings as parameters, each epoch's figures as {@code
 * <model>/<figure>} with the epoch as step. A server that fails or is silent is given up for the
 * run, which goes on.
 */
public final class Mlflow implements RunListener {
  /** The tag by which an earlier start of the same run is found again. */
  static final String RUN_TAG = "syncnorm.run";

  private static final String RUN_NAME_TAG = "mlflow.runName";
  private static final String TEST_ACCURACY = "test_accuracy";
  private static final long DEADLINE_SECONDS = 20;

  private final String uri;
  private final String experiment;
  private final Configuration configuration;
  private final RunListener warned;
  private final ExecutorService caller;
  private volatile MlflowClient client;
  private String runId = "";
  private Path directory = Path.of("");

  /**
   * @param uri of a server
   * @param experiment what MLflow shall file the run under
   * @param warned told when the server is given up
   */
  public Mlflow(String uri, String experiment, Configuration configuration, RunListener warned) {
    this.uri = uri;
    this.experiment = experiment;
    this.configuration = configuration;
    this.warned = warned;
    this.caller =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "mlflow");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Whether a URI is one that the client can speak to.
   *
   * @return false for folders, which only MLflow's own Python code can write to
   */
  public static boolean isServer(String uri) {
    return uri.matches("https?://.+|databricks(://.*)?");
  }

  @Override
  public void runStarted(Path runDirectory, int world, int stepsPerEpoch) {
    directory = runDirectory;
    client = new MlflowClient(uri);
    attempt(
        () -> {
          String run = runDirectory.getFileName().toString();
          runId = earlier(experimentId(), run);
          client.logBatch(runId, List.of(), params(world), List.of());
          return runId;
        });
  }

  private String experimentId() {
    return client
        .getExperimentByName(experiment)
        .map(found -> found.getExperimentId())
        .orElseGet(() -> client.createExperiment(experiment));
  }

  /** The run of an earlier start, running again, or a new one. */
  private String earlier(String experimentId, String run) {
    String query = "tags.`%s` = '%s'".formatted(RUN_TAG, run);
    List<Run> found =
        client.searchRuns(List.of(experimentId), query, ViewType.ACTIVE_ONLY, 1).getItems();
    if (!found.isEmpty()) {
      String id = found.get(0).getInfo().getRunId();
      client.setTerminated(id, RunStatus.RUNNING);
      return id;
    }
    CreateRun wanted =
        CreateRun.newBuilder()
            .setExperimentId(experimentId)
            .setStartTime(System.currentTimeMillis())
            .addTags(tag(RUN_TAG, run))
            .addTags(tag(RUN_NAME_TAG, run))
            .build();
    return client.createRun(wanted).getRunId();
  }

  private List<Param> params(int world) {
    Map<String, String> settings = configuration.settings();
    settings.put("training.world", String.valueOf(world));
    List<Param> params = new ArrayList<>();
    settings.forEach(
        (key, value) -> params.add(Param.newBuilder().setKey(key).setValue(value).build()));
    return params;
  }

  @Override
  public void modelResumed(String model, int epochsBefore) {
    attempt(
        () -> {
          // The last epoch before a kill may have a checkpoint and be unknown to the server.
          Set<Long> known =
              client.getMetricHistory(runId, model + "/" + TEST_ACCURACY).stream()
                  .map(Metric::getStep)
                  .collect(Collectors.toSet());
          String csv = Files.readString(directory.resolve(MetricsCsv.FILE));
          for (EpochMetrics row : MetricsCsv.read(csv)) {
            boolean isBefore = row.model().equals(model) && row.epoch() <= epochsBefore;
            if (isBefore && !known.contains((long) row.epoch())) {
              client.logBatch(runId, metrics(row), List.of(), List.of());
            }
          }
          return known;
        });
  }

  @Override
  public void epochFinished(String model, EpochResult result) {
    List<Metric> metrics = metrics(Figures.ofEpoch(model, result));
    attempt(
        () -> {
          client.logBatch(runId, metrics, List.of(), List.of());
          return metrics;
        });
  }

  private static List<Metric> metrics(EpochMetrics row) {
    long now = System.currentTimeMillis();
    List<Metric> metrics = new ArrayList<>();
    Map.of(
            "train_loss",
            row.trainLoss(),
            "train_accuracy",
            row.trainAccuracy(),
            "test_loss",
            row.testLoss(),
            TEST_ACCURACY,
            row.testAccuracy(),
            "seconds",
            row.seconds(),
            "sync_seconds",
            row.syncSeconds())
        .forEach(
            (name, value) ->
                metrics.add(
                    Metric.newBuilder()
                        .setKey(row.model() + "/" + name)
                        .setValue(value)
                        .setTimestamp(now)
                        .setStep(row.epoch())
                        .build()));
    return metrics;
  }

  @Override
  public void runDone(RunResult result) {
    attempt(
        () -> {
          for (ModelResult model : result.models()) {
            client.setTag(runId, model.name() + ".parameters", String.valueOf(model.parameters()));
          }
          client.setTerminated(runId, RunStatus.FINISHED);
          return runId;
        });
    close();
  }

  @Override
  public void runBroken(Broken how, String message) {
    attempt(
        () -> {
          client.setTag(runId, "syncnorm.message", message);
          client.setTerminated(
              runId, how == Broken.INTERRUPTED ? RunStatus.KILLED : RunStatus.FAILED);
          return runId;
        });
    close();
  }

  private void close() {
    if (client != null) {
      caller.execute(client::close);
    }
    caller.shutdown();
  }

  private static RunTag tag(String key, String value) {
    return RunTag.newBuilder().setKey(key).setValue(value).build();
  }

  /** Calls the server, unless it was given up. */
  private void attempt(Callable<?> call) {
    if (client == null) {
      return;
    }
    try {
      caller.submit(call).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      giveUp(e.getCause() instanceof Exception cause ? cause : e);
    } catch (TimeoutException e) {
      giveUp(new TimeoutException("no answer in %d s: uri=%s".formatted(DEADLINE_SECONDS, uri)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(e);
    }
  }

  private void giveUp(Exception cause) {
    client = null;
    warned.outputMissing("what MLflow was to have of this run", cause);
  }
}
