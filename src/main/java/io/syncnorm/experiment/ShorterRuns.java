package io.syncnorm.experiment;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.checkpoint.CheckpointFolder;
import io.syncnorm.checkpoint.CheckpointOwner;
import io.syncnorm.checkpoint.Checkpoints;
import io.syncnorm.config.Keys;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.files.LocalFolder;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.train.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;

/**
 * Runs of an output folder that differ from a given run only in having fewer epochs. The last
 * checkpoint of such a run is the state of the given run after the same number of epochs, so
 * training continues from there.
 *
 * <p>Nothing is written to the directories of shorter runs. A directory that another process writes
 * to is skipped.
 */
final class ShorterRuns {
  /** The largest difference in epochs that is searched, which bounds the names to compute. */
  private static final int MAX_DIFFERENCE = 10_000;

  private final String command;
  private final io.syncnorm.config.Configuration configuration;
  private final RunIdentity identity;
  private final Configuration hadoop;
  private final IntSupplier stepsPerEpoch;
  private final Checkpoints.Unused unused;

  /**
   * @param configuration of the run that may continue a shorter one, with a resolved world
   * @param stepsPerEpoch steps in an epoch of its data; called only if there is a shorter run
   */
  ShorterRuns(
      String command,
      io.syncnorm.config.Configuration configuration,
      RunIdentity identity,
      Configuration hadoop,
      IntSupplier stepsPerEpoch,
      Checkpoints.Unused unused) {
    this.command = command;
    this.configuration = configuration;
    this.identity = identity;
    this.hadoop = hadoop;
    this.stepsPerEpoch = stepsPerEpoch;
    this.unused = unused;
  }

  private record ShorterRun(int epochs, Path directory) {
    String name() {
      return directory.getFileName().toString();
    }
  }

  /** Thrown with the reason if a run cannot be continued. */
  private static final class NotContinuedException extends Exception {
    private static final long serialVersionUID = 1L;

    NotContinuedException(String reason) {
      super(reason);
    }
  }

  /**
   * Returns the training of a model from the latest epoch for which a shorter run has a checkpoint.
   * If there are shorter runs and none can be continued, returns the fresh training with a note
   * that gives the reason for the longest one.
   *
   * @param runDirectory directory of the run; shorter runs are next to it
   */
  ModelTraining continued(ModelTraining fresh, Path runDirectory) {
    ModelTraining best = fresh;
    for (ShorterRun run : beside(runDirectory)) {
      if (run.epochs <= best.from().latest().epoch()) {
        break;
      }
      try {
        Progress progress = latest(run, fresh);
        if (progress.latest().epoch() > best.from().latest().epoch()) {
          best = fresh.continuing(run.name(), progress);
        }
      } catch (NotContinuedException e) {
        if (best.origin().isEmpty() && best.note().isEmpty()) {
          best =
              fresh.remarking(
                  String.format(
                      Locale.ROOT,
                      "does not continue run %s (training.epochs = %d): %s",
                      run.name(),
                      run.epochs,
                      e.getMessage()));
        }
      }
    }
    return best;
  }

  /** Returns the shorter runs that have a directory, the longest first. */
  private List<ShorterRun> beside(Path runDirectory) {
    Path out = runDirectory.toAbsolutePath().getParent();
    Set<String> others = directories(out);
    others.remove(runDirectory.getFileName().toString());
    List<ShorterRun> found = new ArrayList<>();
    if (others.isEmpty()) {
      return found;
    }
    int epochs = configuration.get(Keys.EPOCHS);
    List<String> outcome = new ArrayList<>(identity.outcome(configuration));
    int line = outcome.indexOf(epochs(epochs));
    for (int fewer = epochs - 1; fewer >= Math.max(1, epochs - MAX_DIFFERENCE); fewer--) {
      outcome.set(line, epochs(fewer));
      String name = RunIdentity.name(command, configuration, outcome);
      if (others.contains(name)) {
        found.add(new ShorterRun(fewer, out.resolve(name)));
      }
    }
    return found;
  }

  private static String epochs(int epochs) {
    return Keys.EPOCHS.path() + " = " + Keys.EPOCHS.write(epochs);
  }

  /** Returns the names of possible directories of runs with the same {@code run.name}. */
  private Set<String> directories(Path out) {
    String beginning = configuration.get(Keys.RUN_NAME) + "-";
    try {
      return new LocalFolder(out)
          .names().stream()
              .filter(name -> name.startsWith(beginning))
              .collect(Collectors.toCollection(HashSet::new));
    } catch (IOException e) {
      throw new UnwritableException(out.toString(), e);
    }
  }

  private Progress latest(ShorterRun run, ModelTraining fresh) throws NotContinuedException {
    requireSameRates(fresh);
    requireMeasuredAlike(run, fresh);
    try (RunDirectory looked = RunDirectory.look(run.directory)) {
      ModelPlan plan = fresh.plan();
      ModelPlan shorter =
          new ModelPlan(plan.name(), plan.configuration().with(Keys.EPOCHS, run.epochs));
      CheckpointOwner owner = ModelTraining.owner(shorter, fresh.model(), identity);
      return new Checkpoints(
              CheckpointFolder.of(configuration, looked.path(), hadoop), owner, unused)
          .latest(fresh.from().latest())
          .orElseThrow(() -> new NotContinuedException("it has no checkpoint to continue from"));
    } catch (RunDirectory.BusyException e) {
      throw new NotContinuedException("another process holds its directory");
    } catch (AnotherRunException | UnwritableException | IOException e) {
      throw new NotContinuedException(e.getMessage());
    }
  }

  /** Checks that learning rates do not depend on the number of epochs, as those of a cosine do. */
  private static void requireSameRates(ModelTraining fresh) throws NotContinuedException {
    io.syncnorm.config.Configuration model = fresh.plan().configuration();
    if (model.get(Keys.SCHEDULE_TYPE) == Keys.ScheduleType.COSINE
        && model.get(Keys.DL4J) instanceof NetworkSource.Configured) {
      throw new NotContinuedException(
          "its learning rate fell to its end over fewer epochs (training.optimizer.schedule.type = cosine)");
    }
  }

  /**
   * Checks that epochs of both runs are measured the same way: with {@code recalibrate = auto},
   * recalibration depends on the total number of steps.
   */
  private void requireMeasuredAlike(ShorterRun run, ModelTraining fresh)
      throws NotContinuedException {
    io.syncnorm.config.Configuration model = fresh.plan().configuration();
    if (model.get(Keys.EARLY_STOPPING) > 0
        || model.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile) {
      return; // recalibration depends on the epoch alone, or there is none
    }
    long steps = stepsPerEpoch.getAsInt();
    if (model.isRecalibratedAfter(run.epochs * steps)
        != model.isRecalibratedAfter(model.get(Keys.EPOCHS) * steps)) {
      throw new NotContinuedException(
          "its epochs were measured with recalibrated statistics, which more epochs do without (model.batch-norm.recalibrate = auto)");
    }
  }
}
