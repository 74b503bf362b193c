package io.syncnorm.dl4j;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/** Records the tags of all exchanges. */
final class TagRecorder implements Communicator {
  final List<Long> tags = new ArrayList<>();
  private final Communicator communicator;

  TagRecorder(Communicator communicator) {
    this.communicator = communicator;
  }

  @Override
  public int rank() {
    return communicator.rank();
  }

  @Override
  public int world() {
    return communicator.world();
  }

  @Override
  public int hosts() {
    return communicator.hosts();
  }

  @Override
  public void allReduce(
      long tag,
      double[] values,
      RankGroup group,
      BiConsumer<double[], double[]> fold,
      BooleanSupplier meanwhile) {
    tags.add(tag);
    communicator.allReduce(tag, values, group, fold, meanwhile);
  }

  @Override
  public double weightedMean(long tag, List<float[]> vectors, double weight) {
    return communicator.weightedMean(tag, vectors, weight);
  }

  @Override
  public void awaitLoaded(Duration timeout) {
    communicator.awaitLoaded(timeout);
  }

  @Override
  public void abort(Throwable cause) {
    communicator.abort(cause);
  }

  @Override
  public long runningNanos() {
    return communicator.runningNanos();
  }

  @Override
  public ExchangeTimes times() {
    return communicator.times();
  }

  @Override
  public void close() {
    communicator.close();
  }
}
