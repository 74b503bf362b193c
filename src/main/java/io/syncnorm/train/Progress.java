package io.syncnorm.train;

import io.syncnorm.train.state.RankStates;
import java.util.List;

/**
 * The progress of a training.
 *
 * @param history the results of all its epochs so far, from the first
 * @param latest the merged model after the last of these epochs, from which training resumes
 * @param states what ranks have of their own at that position, as {@link Snapshot#besides} says
 * @param best the model to return: with early stopping that of the best epoch, otherwise the latest
 */
public record Progress(
    List<EpochResult> history, Snapshot latest, RankStates states, Snapshot best) {
  public Progress {
    history = List.copyOf(history);
  }

  /** The progress of a training whose ranks keep nothing for themselves. */
  public Progress(List<EpochResult> history, Snapshot latest, Snapshot best) {
    this(history, latest, RankStates.NONE, best);
  }

  /** The progress of a training that starts or resumes from a snapshot without earlier results. */
  public static Progress from(Snapshot start) {
    return new Progress(List.of(), start, start);
  }
}
