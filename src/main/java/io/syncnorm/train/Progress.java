package io.syncnorm.train;

import java.util.List;

/**
 * How far a training has come.
 *
 * @param history the results of all its epochs so far, from the first
 * @param latest the merged model after the last of them, which training resumes from
 * @param best the model to return: that of the epoch that a run which may stop early goes back to,
 *     and the latest otherwise
 */
public record Progress(List<EpochResult> history, Snapshot latest, Snapshot best) {
  public Progress {
    history = List.copyOf(history);
  }

  /** Before the first epoch, or where nobody has kept what was before. */
  public static Progress from(Snapshot start) {
    return new Progress(List.of(), start, start);
  }
}
