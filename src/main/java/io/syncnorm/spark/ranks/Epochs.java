package io.syncnorm.spark.ranks;

import io.syncnorm.comm.Membership;
import io.syncnorm.config.Period;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.ReportSender;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The program of a rank that trains.
 *
 * @param start null if ranks build the model themselves
 * @param history results of the earlier epochs; needed only for early stopping
 * @param every how often models are wanted
 * @param maxReportBytes bytes of the largest one
 */
record Epochs<T>(
    RankOpener<T> opener,
    RankOpener.Start start,
    List<EpochResult> history,
    Period every,
    long maxReportBytes)
    implements RankWork.Program<T> {
  private static final long serialVersionUID = 1L;

  @Override
  public void run(Membership membership, Iterator<T> rows) throws Exception {
    Optional<RankTraining> training = opener.open(membership, rows, Optional.ofNullable(start));
    if (training.isPresent()) {
      int rank = membership.communicator().rank();
      try (ReportSender sender =
          new ReportSender(
              rank, every, maxReportBytes, membership::report, membership::isPauseAsked)) {
        training.get().run(sender, history);
        sender.flush();
      }
    }
  }
}
