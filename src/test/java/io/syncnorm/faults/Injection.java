package io.syncnorm.faults;

import static io.syncnorm.faults.Kind.BOTH_EXECUTORS_KILLED;
import static io.syncnorm.faults.Kind.CHECKPOINT_TORN;
import static io.syncnorm.faults.Kind.CONNECTION_CUT;
import static io.syncnorm.faults.Kind.DISK_FULL;
import static io.syncnorm.faults.Kind.DRIVER_KILLED;
import static io.syncnorm.faults.Kind.DRIVER_TERMINATED;
import static io.syncnorm.faults.Kind.EXECUTOR_CUT_OFF;
import static io.syncnorm.faults.Kind.EXECUTOR_KILLED;
import static io.syncnorm.faults.Kind.EXECUTOR_NOT_REPLACED;
import static io.syncnorm.faults.Kind.EXECUTOR_PAUSED;
import static io.syncnorm.faults.Kind.EXECUTOR_STOPPED;
import static io.syncnorm.faults.Kind.LAST_ATTEMPT;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One fault of one run. Its kind, moment, victim and delays are determined by the seed. */
record Injection(long seed, Kind kind, Moment moment) {
  /** Every third fault kills an executor, at each moment once per round. */
  private static final List<Kind> ROUND =
      List.of(
          EXECUTOR_KILLED,
          DRIVER_KILLED,
          EXECUTOR_STOPPED,
          EXECUTOR_KILLED,
          CHECKPOINT_TORN,
          CONNECTION_CUT,
          EXECUTOR_KILLED,
          DISK_FULL,
          DRIVER_TERMINATED,
          EXECUTOR_KILLED,
          BOTH_EXECUTORS_KILLED,
          LAST_ATTEMPT,
          EXECUTOR_KILLED,
          EXECUTOR_CUT_OFF,
          EXECUTOR_PAUSED,
          EXECUTOR_NOT_REPLACED);

  /**
   * Creates the injection of a seed.
   *
   * @param seed at least 1
   */
  static Injection of(long seed) {
    int place = (int) ((seed - 1) % ROUND.size());
    long round = (seed - 1) / ROUND.size();
    Kind kind = ROUND.get(place);
    Moment[] moments = Moment.values();
    Moment moment = moments[(int) ((place + round) % moments.length)];
    boolean tooEarly = moment == Moment.START && kind.needsEpochs();
    return new Injection(seed, kind, tooEarly ? Moment.STEP : moment);
  }

  /** Returns the exit codes that the disturbed command may have. */
  Set<Integer> codes() {
    Set<Integer> codes = new HashSet<>(Set.of(kind.code()));
    if (moment == Moment.END) {
      codes.add(0); // the run may have ended before the fault
    }
    if (kind == LAST_ATTEMPT) {
      codes.add(0); // an epoch was finished, or the executor was lost before the first attempt
    }
    return codes;
  }
}
