package io.syncnorm.comm;

import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * A rank of a simulated cluster: a real communicator, with a clock that only {@link #compute} and
 * messages move.
 */
final class SimulatedCommunicator implements Communicator {
  /**
   * The clock of a host. Its ranks compute one at a time, so their times add up; the rank that has
   * the turn uses the clock.
   */
  static final class HostClock {
    private final double slowdown;
    private double seconds;

    /**
     * @param slowdown factor on the time that ranks of this host compute
     */
    HostClock(double slowdown) {
      this.slowdown = slowdown;
    }
  }

  private final SharedMemoryWorld world;
  private final Communicator real;
  private final HostClock clock;
  private final SimulatedNetwork.Endpoint endpoint;
  private long exchange;

  /**
   * @param world of the rank's process
   * @param endpoint of the rank's process
   */
  SimulatedCommunicator(
      SharedMemoryWorld world, int rank, HostClock clock, SimulatedNetwork.Endpoint endpoint) {
    this.world = world;
    this.real = world.communicator(rank);
    this.clock = clock;
    this.endpoint = endpoint;
  }

  /** Waits for this rank's first turn; to be called before anything else, on the rank's thread. */
  void awaitTurn(Duration loading) {
    world.takeTurn(rank(), loading);
  }

  /** Lets time pass: so many seconds on a host that is not slow. */
  void compute(double seconds) {
    clock.seconds += clock.slowdown * seconds;
  }

  /** The simulated time since the world began. */
  double seconds() {
    return clock.seconds;
  }

  @Override
  public int rank() {
    return real.rank();
  }

  @Override
  public int world() {
    return real.world();
  }

  @Override
  public int hosts() {
    return real.hosts();
  }

  @Override
  public void allReduce(
      long tag,
      double[] values,
      RankGroup group,
      BiConsumer<double[], double[]> fold,
      BooleanSupplier meanwhile) {
    arrive(0);
    real.allReduce(tag, values, group, fold, meanwhile);
    leave();
  }

  /**
   * Folds the values of all ranks, and works from when it arrives.
   *
   * @param seconds of work on a host that is not slow. It is in one piece: who exchanges with other
   *     processes receives nothing before it is done
   */
  void allReduce(long tag, double[] values, BiConsumer<double[], double[]> fold, double seconds) {
    double work = clock.slowdown * seconds;
    arrive(work);
    real.allReduce(tag, values, fold);
    clock.seconds += work;
    leave();
  }

  @Override
  public double weightedMean(long tag, List<float[]> vectors, double weight) {
    arrive(0);
    double total = real.weightedMean(tag, vectors, weight);
    leave();
    return total;
  }

  @Override
  public void awaitLoaded(Duration timeout) {
    arrive(0);
    real.awaitLoaded(timeout);
    leave();
  }

  private void arrive(double work) {
    exchange++;
    endpoint.arrive(exchange, clock.seconds, work);
  }

  private void leave() {
    clock.seconds = Math.max(clock.seconds, endpoint.completed(exchange));
  }

  @Override
  public void abort(Throwable cause) {
    real.abort(cause);
  }

  @Override
  public long runningNanos() {
    return real.runningNanos();
  }

  @Override
  public ExchangeTimes times() {
    return real.times();
  }

  @Override
  public void close() {
    real.close();
  }
}
