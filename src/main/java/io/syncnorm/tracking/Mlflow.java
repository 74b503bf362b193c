package io.syncnorm.tracking;

import io.syncnorm.config.Configuration;
import io.syncnorm.experiment.Metrics;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.MetricsCsv;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import io.syncnorm.train.EpochResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.RunStatus;

/**
 * Logs a run to an MLflow server: what identifies it as parameters, its other settings as tags,
 * each epoch's figures as {@code <model>/<figure>} with the epoch as step, and how it ended as its
 * status. Training never waits for the server; only the end of the run does, for {@value
 * #DEADLINE_SECONDS} s. What a server that is away misses, it gets when it is back, at the latest
 * when the same command runs again.
 */
public final class Mlflow implements RunListener {
  private static final String TEST_ACCURACY = "test_accuracy";

  /** Less than a run may take to end when it was told to stop. */
  private static final long DEADLINE_SECONDS = 10;

  private final String uri;
  private final String experiment;
  private final Configuration configuration;
  private final RunListener warned;
  private final ExecutorService caller;
  private MlflowRun run;

  /**
   * @param uri of a server
   * @param experiment what MLflow shall file the run under
   * @param warned told when the server does not get all of the run
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
    run = new MlflowRun(uri, experiment, runDirectory.getFileName().toString());
    send(
        to -> {
          to.open();
          to.settings(params(world), tags());
        });
  }

  /** What was not sent when the run was made is sent now. */
  @Override
  public void runFinishedBefore(Path runDirectory, RunResult result) {
    run = new MlflowRun(uri, experiment, runDirectory.getFileName().toString());
    try {
      List<EpochMetrics> rows =
          MetricsCsv.read(Files.readString(runDirectory.resolve(MetricsCsv.FILE)));
      end(
          to ->
              to.openUnlessFinished(
                  () -> {
                    to.settings(params(result.world()), tags());
                    for (ModelResult model : result.models()) {
                      addMissing(
                          to,
                          model.name(),
                          rows.stream().filter(row -> row.model().equals(model.name())).toList());
                    }
                    addEnd(to, result);
                  }));
    } catch (IOException | IllegalArgumentException e) {
      lost(e);
    }
  }

  private Map<String, String> params(int world) {
    Map<String, String> params = configuration.outcomeSettings();
    params.put("training.world", String.valueOf(world));
    return params;
  }

  /** The settings that may be others when the run is resumed. */
  private Map<String, String> tags() {
    Map<String, String> tags = configuration.settings();
    tags.keySet().removeAll(configuration.outcomeSettings().keySet());
    return tags;
  }

  @Override
  public void modelResumed(String model, List<EpochResult> history) {
    List<EpochMetrics> rows =
        history.stream().map(result -> Metrics.ofEpoch(model, result)).toList();
    send(to -> addMissing(to, model, rows));
  }

  /** The last epoch before a kill may have a checkpoint and be unknown to the server. */
  private static void addMissing(MlflowRun to, String model, List<EpochMetrics> rows) {
    to.missingMetrics(
        model + "/" + TEST_ACCURACY, rows.stream().flatMap(row -> metrics(row).stream()).toList());
  }

  @Override
  public void epochFinished(String model, EpochResult result) {
    List<Metric> metrics = metrics(Metrics.ofEpoch(model, result));
    send(to -> to.metrics(metrics));
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
    end(to -> addEnd(to, result));
  }

  private static void addEnd(MlflowRun to, RunResult result) {
    Map<String, String> tags = new LinkedHashMap<>();
    for (ModelResult model : result.models()) {
      tags.put(model.name() + ".parameters", String.valueOf(model.parameters()));
    }
    to.tags(tags);
    to.status(RunStatus.FINISHED);
  }

  @Override
  public void runBroken(Broken how, String message) {
    end(
        to -> {
          to.tags(Map.of("syncnorm.message", message));
          to.status(how == Broken.INTERRUPTED ? RunStatus.KILLED : RunStatus.FAILED);
        });
  }

  /** Adds to what the server is to have, and lets it be sent. */
  private void send(Consumer<MlflowRun> adding) {
    caller.execute(
        () -> {
          adding.accept(run);
          run.send(MlflowRun.Patience.LATER).ifPresent(this::lost);
        });
  }

  /** Adds the last, and waits for all of it to be there. */
  private void end(Consumer<MlflowRun> adding) {
    if (run == null) { // it broke before this listener heard that it started
      caller.shutdown();
      return;
    }
    try {
      caller
          .submit(
              () -> {
                adding.accept(run);
                run.send(MlflowRun.Patience.LAST).ifPresent(this::lost);
                run.close();
              })
          .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      lost(e.getCause() instanceof Exception cause ? cause : e);
    } catch (TimeoutException e) {
      lost(
          new TimeoutException(
              String.format(Locale.ROOT, "no answer in %d s: uri=%s", DEADLINE_SECONDS, uri)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lost(e);
    }
    caller.shutdownNow();
  }

  private void lost(Exception cause) {
    warned.outputMissing("what MLflow was to have of this run", cause);
  }
}
