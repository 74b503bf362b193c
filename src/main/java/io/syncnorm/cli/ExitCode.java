package io.syncnorm.cli;

import io.syncnorm.checkpoint.AnotherRunException;
import io.syncnorm.config.ConfigException;
import io.syncnorm.data.DataException;
import io.syncnorm.experiment.CheckpointException;
import io.syncnorm.experiment.ModelPlan;
import io.syncnorm.experiment.RunDirectory;
import io.syncnorm.experiment.registry.RegistryException;
import io.syncnorm.files.UnwritableException;
import io.syncnorm.model.MissingLibraryException;
import io.syncnorm.model.ModelException;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.ranks.RankFailedException;
import io.syncnorm.train.PlanException;

/**
 * The exit codes of the process: a contract with schedulers. A process stopped by a signal ends
 * with Java's own codes: 143 for SIGTERM, 130 for SIGINT.
 */
enum ExitCode {
  DONE(0),
  /** Any failure without a code of its own. */
  FAILED(1),
  /** Wrong command line or configuration. */
  USAGE(2),
  /** A data file, model file or checkpoint is missing or invalid. */
  DATA(3),
  /** Not enough task slots, memory or disk space, no native library, or unreachable files. */
  RESOURCES(4),
  /** A rank was lost. */
  RANK_LOST(5),
  /** The loss is not finite. */
  DIVERGED(6),
  /** Another process holds the run directory. */
  BUSY(7),
  /** A grid stopped before all cells had run. */
  UNFINISHED(8);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** Returns the code of a failure. */
  static ExitCode of(Throwable failure) {
    if (failure instanceof RankFailedException rank) {
      return switch (rank.reason()) {
        case LOST -> RANK_LOST;
        case DIVERGED -> DIVERGED;
        case OUT_OF_MEMORY -> RESOURCES;
        case OTHER -> FAILED;
      };
    }
    if (failure instanceof ConfigException
        || failure instanceof PlanException
        || failure instanceof SparkSettingException
        || failure instanceof ModelPlan.TooLargeException
        || failure instanceof ModelPlan.NotApplicableException
        || failure instanceof AnotherRunException) {
      return USAGE;
    }
    if (failure instanceof DataException
        || failure instanceof ModelException
        || failure instanceof CheckpointException) {
      return DATA;
    }
    if (failure instanceof SlotsException
        || failure instanceof UnwritableException
        || failure instanceof RegistryException
        || failure instanceof MissingLibraryException
        || failure instanceof OutOfMemoryError) {
      return RESOURCES;
    }
    if (failure instanceof RunDirectory.BusyException) {
      return BUSY;
    }
    return FAILED;
  }
}
