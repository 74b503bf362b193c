package io.syncnorm.comm;

import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/** One local rank of a {@link SharedMemoryWorld}. */
final class SharedMemoryCommunicator implements Communicator {
  private final SharedMemoryWorld world;
  private final int rank;
  private final RankGroup all;
  private final Waiting.Spin spin;
  private final Averaging averaging;
  private long exchange;
  private long waitNanos;
  private long exchangeNanos;

  /** What this rank does while it would wait in the current exchange, and how long it has. */
  private BooleanSupplier meanwhile = NOTHING;

  private final BooleanSupplier working = this::work;
  private long workNanos;

  SharedMemoryCommunicator(SharedMemoryWorld world, int rank) {
    this.world = world;
    this.rank = rank;
    this.all = RankGroup.all(world.size());
    this.spin = world.spin();
    this.averaging = new Averaging(world, rank, this::arrive);
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public int world() {
    return world.size();
  }

  @Override
  public int hosts() {
    return world.hosts();
  }

  @Override
  public void allReduce(
      long tag,
      double[] values,
      RankGroup group,
      BiConsumer<double[], double[]> fold,
      BooleanSupplier work) {
    if (!group.contains(rank)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a rank folds with its own group: rank=%d group=%s", rank, group));
    }
    long start = idleNanos();
    meanwhile = work;
    reduce(tag, values, group, world.exchangeLimit(), fold, () -> {});
    meanwhile = NOTHING;
    exchangeNanos += idleNanos() - start;
  }

  /** Works instead of waiting, and returns whether there is more to do. */
  private boolean work() {
    long start = System.nanoTime();
    boolean hasMore = meanwhile.getAsBoolean();
    workNanos += System.nanoTime() - start;
    return hasMore;
  }

  @Override
  public double weightedMean(long tag, List<float[]> vectors, double weight) {
    long start = idleNanos();
    Slots.Slot slot = world.slots().of(rank);
    slot.vectors = vectors;
    slot.weight = weight;
    double[] total = {weight};
    long length = VectorSpan.length(vectors);
    reduce(tag, total, all, world.exchangeLimit(), SUM, () -> world.vectorExchange().start(length));
    if (total[0] > 0) { // the same on every rank
      averaging.average(tag, vectors, total[0]);
    }
    exchangeNanos += idleNanos() - start;
    return total[0];
  }

  @Override
  public void awaitLoaded(Duration timeout) {
    Limit limit = world.loadingLimit(timeout);
    reduce(
        Tag.LOADED,
        new double[0],
        all,
        limit,
        SUM,
        () -> world.exchange().measure(exchange, Tag.LOADED, limit));
  }

  @Override
  public void abort(Throwable cause) {
    world.abort(rank, cause);
  }

  @Override
  public long runningNanos() {
    return System.nanoTime() - world.slots().of(rank).turnNanos;
  }

  @Override
  public ExchangeTimes times() {
    return new ExchangeTimes(waitNanos, exchangeNanos);
  }

  @Override
  public void close() {
    world.leave(rank);
  }

  /**
   * Folds the values of a group of ranks.
   *
   * @param after run by one rank of this process when the result is there
   */
  private void reduce(
      long tag,
      double[] values,
      RankGroup group,
      Limit limit,
      BiConsumer<double[], double[]> fold,
      Runnable after) {
    Slots.Message own = nextMessage(tag, group, values.length);
    System.arraycopy(values, 0, own.values, 0, values.length);
    arrive(
        tag,
        limit,
        () -> {
          world.exchange().run(exchange, tag, limit, fold, working);
          after.run();
        });
    double[] result = world.slots().message(group.first(), exchange).values;
    System.arraycopy(result, 0, values, 0, values.length);
  }

  /** Waits for the other ranks of this process; the last one acts for all of them first. */
  private void arrive(long tag, Runnable completing) {
    nextMessage(tag, all, 0);
    arrive(tag, world.exchangeLimit(), completing);
  }

  private void arrive(long tag, Limit limit, Runnable completing) {
    long start = idleNanos();
    world.arrive(rank, exchange, tag, limit, completing);
    boolean hasWork = true;
    while (hasWork && !world.isComplete(exchange)) {
      hasWork = work();
    }
    if (!world.isComplete(exchange)) {
      world.await(exchange, tag, limit, spin);
    }
    waitNanos += idleNanos() - start;
  }

  /** {@link #runningNanos} without the time of work: it is spent, but not on exchanges. */
  private long idleNanos() {
    return runningNanos() - workNanos;
  }

  private Slots.Message nextMessage(long tag, RankGroup group, int length) {
    exchange++;
    Slots.Message message = world.slots().message(rank, exchange);
    message.tag = tag;
    message.group = group;
    message.ofLength(length);
    return message;
  }
}
