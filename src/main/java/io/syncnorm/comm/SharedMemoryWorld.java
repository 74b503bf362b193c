package io.syncnorm.comm;

import io.syncnorm.comm.fold.RankGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The shared memory in which the ranks of one process exchange messages: one slot per rank of the
 * world.
 *
 * <p>For exchange number k a rank writes its message into its slot and arrives. The last rank of
 * this process to arrive completes the exchange for all of them: it folds their messages, together
 * with what other processes send, by the {@link TreeExchange}. The other ranks wait for k to be
 * complete, and then read the result. A slot holds two messages, used in turn: a rank can write for
 * k + 2 only after all ranks of this process have arrived at k + 1, which they do after they have
 * read k. So one wait per exchange is enough.
 *
 * <p>The ranks of one host, a block, compute by {@link Turns}.
 */
public final class SharedMemoryWorld {
  /**
   * Why the world cannot continue.
   *
   * @param rank the rank that failed; empty if an exchange failed
   */
  private record Failure(OptionalInt rank, Throwable cause) {
    PeerException at(long tag) {
      return new PeerException(
          rank.isEmpty()
              ? cause.getMessage()
              : String.format(
                  Locale.ROOT,
                  "rank %d failed while others waited at %s: %s",
                  rank.getAsInt(),
                  Tag.describe(tag),
                  cause),
          cause);
    }
  }

  private final Slots slots;
  private final List<Turns> turns = new ArrayList<>();
  private final int[] localRanks;
  private final Optional<Transport> transport;
  private final TreeExchange exchange;
  private final VectorExchange vectorExchange;
  private final Hosts hosts;
  private final int ranksPerHost;
  private final Limit exchangeLimit;
  private final Waiting waiting = new Waiting();
  private final AtomicReference<Failure> failure = new AtomicReference<>();

  /** How many local ranks have arrived at the exchange that is not complete yet. */
  private final AtomicInteger arrived = new AtomicInteger();

  /**
   * A world whose ranks all live in this process, each on a host of its own.
   *
   * @param world number of ranks, at least 1
   * @param timeout deadline of every wait
   */
  public SharedMemoryWorld(int world, Duration timeout) {
    this(world, RankGroup.each(world), timeout);
  }

  /**
   * A world whose ranks all live in this process.
   *
   * @param world number of ranks, at least 1
   * @param hosts the ranks of each host, in the order of ranks; those of a host compute one at a
   *     time
   * @param timeout deadline of every wait, for each rank of a host
   */
  public SharedMemoryWorld(int world, List<RankGroup> hosts, Duration timeout) {
    this(Processes.one(world), new Hosts(hosts, hosts, hosts.size()), timeout);
  }

  /**
   * The placement of ranks on hosts, as seen by one process.
   *
   * @param all the ranks of each host, in the order of ranks
   * @param local those of this process
   * @param ofMachine how many hosts share this machine's cores
   */
  record Hosts(List<RankGroup> all, List<RankGroup> local, int ofMachine) {}

  /** This process' part of a world. */
  SharedMemoryWorld(Processes processes, Hosts hosts, Duration timeout) {
    int world = processes.world();
    if (world < 1
        || timeout.isNegative()
        || timeout.isZero()
        || !RankGroup.divide(world, hosts.all())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a world needs at least one rank, each on one host, and a positive deadline: world=%d"
                  + " hosts=%s timeout=%s",
              world,
              hosts.all(),
              timeout));
    }
    this.slots = new Slots(world);
    hosts.local().forEach(block -> turns.add(new Turns(block, slots)));
    this.localRanks = hosts.local().stream().flatMapToInt(RankGroup::ranks).toArray();
    this.transport = processes.transport();
    this.exchange = new TreeExchange(processes, slots, localRanks);
    this.vectorExchange = new VectorExchange(processes, slots);
    this.hosts = hosts;
    this.ranksPerHost = hosts.all().stream().mapToInt(RankGroup::size).max().orElseThrow();
    this.exchangeLimit = Limit.ofExchange(timeout, ranksPerHost);
  }

  /** The communicator of one local rank; to be created once per rank. */
  public Communicator communicator(int rank) {
    return new SharedMemoryCommunicator(this, Objects.checkIndex(rank, slots.size()));
  }

  /** How long a rank of this process spins: one for each rank. */
  Waiting.Spin spin() {
    return new Waiting.Spin(hosts.ofMachine());
  }

  /** Deadline of every wait of an exchange. */
  Limit exchangeLimit() {
    return exchangeLimit;
  }

  /** Deadline of loading rows. */
  Limit loadingLimit(Duration timeout) {
    return Limit.ofLoading(timeout, ranksPerHost);
  }

  int size() {
    return slots.size();
  }

  int hosts() {
    return hosts.all().size();
  }

  /** The ranks of this process, ascending. */
  int[] localRanks() {
    return localRanks;
  }

  Slots slots() {
    return slots;
  }

  /** Folds messages; used by the rank that completes an exchange. */
  TreeExchange exchange() {
    return exchange;
  }

  /** Averages vectors. */
  VectorExchange vectorExchange() {
    return vectorExchange;
  }

  /** Waits for a rank's first turn; {@code loading} is how long each rank before it may load. */
  public void takeTurn(int rank, Duration loading) {
    Turns host = turnsOf(rank);
    Limit limit = loadingLimit(loading);
    boolean hasTurn = host.take(rank, limit.nanos());
    checkHealthy();
    if (!hasTurn) {
      throw Thread.currentThread().isInterrupted()
          ? interrupted("for its turn")
          : limit.exceeded(Tag.LOADED, slots.late(host.holder()));
    }
  }

  /**
   * Publishes a rank's message and everything the rank has written before. The last rank of this
   * process runs {@code completing} for all of them; the others pass their turns and get them back.
   */
  void arrive(int rank, long exchange, long tag, Limit limit, Runnable completing) {
    Turns host = turnsOf(rank);
    checkTurn(host.take(rank, limit.nanos()), exchange, tag, limit);
    slots.of(rank).published = exchange;
    if (arrived.incrementAndGet() == localRanks.length) {
      complete(rank, exchange, completing);
    } else {
      checkTurn(host.pass(rank, limit.nanos()), exchange, tag, limit);
    }
  }

  boolean isComplete(long exchange) {
    return waiting.isComplete(exchange);
  }

  private void complete(int rank, long exchange, Runnable completing) {
    arrived.set(0); // before the others may arrive again
    try {
      slots.checkTags(rank, localRanks, exchange);
      completing.run();
    } catch (PeerException e) {
      fail(new Failure(OptionalInt.empty(), e));
      throw e;
    } catch (RuntimeException | Error e) {
      abort(rank, e);
      throw e;
    }
    waiting.complete(exchange);
  }

  private void checkTurn(boolean hasTurn, long exchange, long tag, Limit limit) {
    if (hasTurn) {
      return;
    }
    checkHealthy(exchange, tag);
    throw Thread.currentThread().isInterrupted()
        ? interrupted("at " + Tag.describe(tag))
        : limit.exceeded(tag, slots.late(localRanks, exchange));
  }

  /** Waits until an exchange is complete, with the rank's own {@code spin}. */
  void await(long exchange, long tag, Limit limit, Waiting.Spin spin) {
    try {
      if (!waiting.await(exchange, spin, limit.nanos(), () -> checkHealthy(exchange, tag))) {
        throw limit.exceeded(tag, slots.late(localRanks, exchange));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted("at " + Tag.describe(tag));
    }
  }

  /**
   * @throws PeerException if a rank has failed
   */
  void checkHealthy() {
    Failure first = failure.get();
    if (first != null) {
      throw new PeerException(first.cause().getMessage(), first.cause());
    }
  }

  private void checkHealthy(long exchange, long tag) {
    Failure first = failure.get();
    if (first != null) {
      throw first.at(tag);
    }
    for (int rank : localRanks) {
      if (slots.of(rank).left
          && !waiting.isComplete(exchange)) { // in this order: it may leave when done
        throw new PeerException(
            String.format(
                Locale.ROOT,
                "rank %d closed its communicator while others wait at %s",
                rank,
                Tag.describe(tag)));
      }
    }
  }

  /** Makes all ranks of this process fail at once; the first cause counts. */
  void abort(int rank, Throwable cause) {
    fail(new Failure(OptionalInt.of(rank), cause));
  }

  private void fail(Failure cause) {
    failure.compareAndSet(null, cause);
    turns.forEach(Turns::end);
    waiting.wakeUp();
    transport.ifPresent(Transport::wakeUp);
  }

  void leave(int rank) {
    slots.of(rank).left = true;
    turnsOf(rank).leave(rank);
    waiting.wakeUp();
  }

  /** Closes the connections to other processes. */
  void disconnect() {
    transport.ifPresent(Transport::close);
  }

  private Turns turnsOf(int rank) {
    for (Turns host : turns) {
      if (host.block().contains(rank)) {
        return host;
      }
    }
    throw new IllegalArgumentException("not a rank of this process: rank=" + rank);
  }

  private static PeerException interrupted(String where) {
    return new PeerException("interrupted while waiting " + where);
  }
}
