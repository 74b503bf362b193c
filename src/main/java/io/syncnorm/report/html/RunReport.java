package io.syncnorm.report.html;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.ClassificationReport;
import io.syncnorm.report.EpochMetrics;
import io.syncnorm.report.ModelResult;
import io.syncnorm.report.RunResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the report of a run shows, while it grows: the run adds to it, and {@link #page} is what is
 * known by then. Used by any threads; no method waits for anything but another one.
 */
public final class RunReport {
  private final ReportPage start;
  private final long startNanos;
  private final Map<String, ModelResult> models = new LinkedHashMap<>();
  private final Map<String, Integer> unfinished = new LinkedHashMap<>();
  private final List<EpochMetrics> epochs = new ArrayList<>();
  private final Map<String, ClassificationReport> evaluations = new LinkedHashMap<>();
  private final List<Baseline> baselines = new ArrayList<>();
  private final List<RunResult.Hosts> hosts = new ArrayList<>();
  private List<String> classes = List.of();
  private String status;
  private double wallSeconds = Double.NaN;
  private int revision;

  /**
   * @param start the page before the first epoch, with the models to train
   * @param startNanos of the run, as of {@link System#nanoTime}
   */
  public RunReport(ReportPage start, long startNanos) {
    this.start = start;
    this.startNanos = startNanos;
    this.status = start.result().status();
    start.result().models().forEach(model -> models.put(model.name(), model));
    unfinished.putAll(start.unfinished());
  }

  /**
   * Adds epochs of a model.
   *
   * @param model its result so far
   */
  public synchronized void addEpochs(List<EpochMetrics> rows, ModelResult model) {
    epochs.addAll(rows);
    models.put(model.name(), model);
    revision++;
  }

  /** Adds that a model trains on these hosts from here on. */
  public synchronized void addHosts(RunResult.Hosts from) {
    hosts.add(from);
    revision++;
  }

  /**
   * Adds the result of a model that is complete.
   *
   * @param names of the classes; empty if they are numbers
   */
  public synchronized void addModel(
      ModelResult model, ClassificationReport evaluation, List<String> names) {
    models.put(model.name(), model);
    unfinished.remove(model.name());
    evaluations.put(model.name(), evaluation);
    classes = List.copyOf(names);
    revision++;
  }

  /** Adds a baseline with all its trainings. */
  public synchronized void addBaseline(Baseline baseline) {
    baselines.add(baseline);
    revision++;
  }

  /**
   * Ends the run: from now on the page does not change.
   *
   * @param word the run's status
   */
  public synchronized void end(String word) {
    status = word;
    wallSeconds = seconds();
    revision++;
  }

  /** A number that grows with each change. Only the wall time changes without one. */
  public synchronized int revision() {
    return revision;
  }

  /** Returns the page as of now. */
  public synchronized ReportPage page() {
    RunResult first = start.result();
    RunResult result =
        new RunResult(
            status,
            first.run(),
            first.seed(),
            first.world(),
            first.blas(),
            first.data(),
            first.sparkVersion(),
            List.copyOf(models.values()),
            Double.isNaN(wallSeconds) ? seconds() : wallSeconds,
            baselines,
            classes,
            hosts);
    return new ReportPage(
        result, epochs, evaluations, start.config(), start.versions(), unfinished);
  }

  private double seconds() {
    return 1e-9 * (System.nanoTime() - startNanos);
  }
}
