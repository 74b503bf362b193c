package io.syncnorm.experiment;

import io.syncnorm.report.Baseline;
import io.syncnorm.report.RunResult;
import io.syncnorm.train.EpochResult;
import java.nio.file.Path;
import java.util.List;

/** Tells several listeners, in order. */
public final class RunListeners implements RunListener {
  private final List<RunListener> listeners;

  public RunListeners(List<RunListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  @Override
  public void runStarted(Path directory, int world, int stepsPerEpoch) {
    listeners.forEach(each -> each.runStarted(directory, world, stepsPerEpoch));
  }

  @Override
  public void runFinishedBefore(Path directory) {
    listeners.forEach(each -> each.runFinishedBefore(directory));
  }

  @Override
  public void modelStarted(String model, int epochs) {
    listeners.forEach(each -> each.modelStarted(model, epochs));
  }

  @Override
  public void modelRemark(String model, String remark) {
    listeners.forEach(each -> each.modelRemark(model, remark));
  }

  @Override
  public void modelResumed(String model, int epochsBefore) {
    listeners.forEach(each -> each.modelResumed(model, epochsBefore));
  }

  @Override
  public void checkpointUnused(String checkpoint, String reason) {
    listeners.forEach(each -> each.checkpointUnused(checkpoint, reason));
  }

  @Override
  public void epochFinished(String model, EpochResult result) {
    listeners.forEach(each -> each.epochFinished(model, result));
  }

  @Override
  public void modelFinished(String model) {
    listeners.forEach(each -> each.modelFinished(model));
  }

  @Override
  public void baselineTrained(String baseline, Baseline.Point point) {
    listeners.forEach(each -> each.baselineTrained(baseline, point));
  }

  @Override
  public void outputMissing(String what, Exception cause) {
    listeners.forEach(each -> each.outputMissing(what, cause));
  }

  @Override
  public void runDone(RunResult result) {
    listeners.forEach(each -> each.runDone(result));
  }

  @Override
  public void runBroken(Broken how, String message) {
    listeners.forEach(each -> each.runBroken(how, message));
  }
}
