package io.syncnorm.faults;

import java.util.List;

/**
 * The kinds of faults, with the exit codes that the command may have. Every command is repeated
 * until it completes.
 */
enum Kind {
  EXECUTOR_KILLED("executor killed", 0),
  DRIVER_KILLED("driver killed", 137),
  EXECUTOR_STOPPED("executor stopped", 0),
  CHECKPOINT_TORN("driver killed, checkpoint torn", 137),
  CONNECTION_CUT("executors' connection cut", 0),
  DISK_FULL("disk full", 4),
  DRIVER_TERMINATED("driver terminated", 143),
  BOTH_EXECUTORS_KILLED("executors killed, one by one", 0),
  LAST_ATTEMPT("executor killed, one attempt", 5),
  EXECUTOR_CUT_OFF("executor cut off the driver", 0),
  EXECUTOR_PAUSED("executor paused for a second", 0),
  /** There is no spare executor: the Workers do not respond. */
  EXECUTOR_NOT_REPLACED("executor killed, not replaced", 4);

  private final String words;
  private final int code;

  Kind(String words, int code) {
    this.words = words;
    this.code = code;
  }

  /** Returns the exit code of a command whose training was disturbed. */
  int code() {
    return code;
  }

  /** Returns whether some epochs must be trained before the fault. */
  boolean needsEpochs() {
    return this == CHECKPOINT_TORN || this == DISK_FULL || this == EXECUTOR_NOT_REPLACED;
  }

  /** Returns settings in addition to those of the moment. */
  List<String> settings() {
    return switch (this) {
      case LAST_ATTEMPT -> List.of("training.max-attempts=1");
      case EXECUTOR_NOT_REPLACED -> List.of("training.min-slots=2", "training.slot-timeout=5s");
      default -> List.of();
    };
  }

  @Override
  public String toString() {
    return words;
  }
}
