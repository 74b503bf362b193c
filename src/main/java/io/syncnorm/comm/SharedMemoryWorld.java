package io.syncnorm.comm;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/**
 * The shared memory in which the ranks of one process exchange messages: one slot per rank of the
 * world.
 *
 * <p>For exchange number k a rank writes its message into its slot, publishes k, and waits until
 * every slot has published k; then it reads them all. A slot holds two messages, used in turn: a
 * rank can write for k + 2 only after all ranks have published k + 1, which they do after they have
 * read k. So one wait per exchange is enough.
 *
 * <p>Ranks of other processes have slots too. The lowest rank of this process is its leader: when
 * all local ranks have published, it exchanges their messages with the other processes' leaders
 * over the {@link Bridge}, fills in the slots of the remote ranks, and publishes for them.
 */
public final class SharedMemoryWorld {
  /** How long a rank spins before it blocks: a few times what waking a blocked thread costs. */
  private static final long SPIN_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

  /** A rank's message in one exchange. */
  static final class Message {
    long tag;

    /** Grows to the longest message and is kept; elements from {@link #length} on are stale. */
    double[] values = {};

    int length;

    /** The vectors to average; for local ranks only. */
    List<float[]> vectors = List.of();

    /** Sets the length, and returns an array of values that is at least as long. */
    double[] ofLength(int length) {
      if (values.length < length) {
        values = new double[length];
      }
      this.length = length;
      return values;
    }
  }

  private static final class Slot {
    final Message[] messages = {new Message(), new Message()};
    volatile long published;
    volatile boolean left;
  }

  private record Failure(int rank, Throwable cause) {}

  private final List<Slot> slots = new ArrayList<>();
  private final int[] localRanks;
  private final int[] allRanks;
  private final Optional<Bridge> bridge;
  private final Limit exchangeLimit;
  private final long spinNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger blocked = new AtomicInteger();
  private final AtomicReference<Failure> failure = new AtomicReference<>();

  /**
   * A world whose ranks all live in this process.
   *
   * @param world number of ranks, at least 1
   * @param timeout deadline of every wait
   */
  public SharedMemoryWorld(int world, Duration timeout) {
    this(world, IntStream.range(0, world).toArray(), timeout, world, Optional.empty());
  }

  /**
   * This process' part of a world.
   *
   * @param localRanks the ranks of this process, ascending
   * @param ranksOfMachine how many ranks share this machine's cores
   * @param bridge connects to the other processes; empty if there are none
   */
  SharedMemoryWorld(
      int world, int[] localRanks, Duration timeout, int ranksOfMachine, Optional<Bridge> bridge) {
    if (world < 1 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a world needs at least one rank and a positive deadline: world=%d timeout=%s",
              world,
              timeout));
    }
    for (int rank = 0; rank < world; rank++) {
      slots.add(new Slot());
    }
    this.localRanks = localRanks;
    this.allRanks = IntStream.range(0, world).toArray();
    this.bridge = bridge;
    this.exchangeLimit = Limit.ofExchange(timeout);
    // With fewer cores than ranks, spinning would take the core from the rank waited for.
    this.spinNanos = mayProcessSpin(ranksOfMachine) ? SPIN_NANOS : 0;
  }

  /** Whether each rank of this machine has a core of its own. */
  static boolean mayProcessSpin(int ranksOfMachine) {
    return ranksOfMachine <= Runtime.getRuntime().availableProcessors();
  }

  /** The communicator of one local rank; to be created once per rank. */
  public Communicator communicator(int rank) {
    return new SharedMemoryCommunicator(this, java.util.Objects.checkIndex(rank, slots.size()));
  }

  /** Deadline of every wait of an exchange. */
  Limit exchangeLimit() {
    return exchangeLimit;
  }

  int size() {
    return slots.size();
  }

  /** The message of a rank in an exchange: written before it is published, read after waiting. */
  Message message(int rank, long exchange) {
    return slots.get(rank).messages[(int) (exchange & 1)];
  }

  /** Publishes a rank's message and everything the rank has written before. */
  void publish(int rank, long exchange) {
    slots.get(rank).published = exchange;
    wakeBlocked();
  }

  /** The ranks of this process, ascending; the first is its leader. */
  int[] localRanks() {
    return localRanks;
  }

  Optional<Bridge> bridge() {
    return bridge;
  }

  /** Waits until all ranks have published the exchange; afterwards their tags agree. */
  void awaitAll(int self, long exchange, long tag, Limit limit) {
    await(allRanks, self, exchange, tag, limit);
  }

  /**
   * Waits until the ranks of this process have published the exchange; afterwards their tags agree.
   */
  void awaitLocal(int self, long exchange, long tag, Limit limit) {
    await(localRanks, self, exchange, tag, limit);
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

  private void await(int[] ranks, int self, long exchange, long tag, Limit limit) {
    if (!publishedWhileSpinning(ranks, exchange)) {
      block(ranks, exchange, tag, limit);
    }
    for (int rank : ranks) {
      Message message = message(rank, exchange);
      if (message.tag != tag || message.length != message(self, exchange).length) {
        throw new PeerException(
            String.format(
                Locale.ROOT,
                "ranks are not at the same exchange: rank %d is at %s with %d values, rank %d at %s with %d values",
                self,
                Tag.describe(tag),
                message(self, exchange).length,
                rank,
                Tag.describe(message.tag),
                message.length));
      }
    }
  }

  void abort(int rank, Throwable cause) {
    failure.compareAndSet(null, new Failure(rank, cause));
    wakeBlocked();
    bridge.ifPresent(Bridge::wakeUp);
  }

  void leave(int rank) {
    slots.get(rank).left = true;
    wakeBlocked();
  }

  private void wakeBlocked() {
    if (blocked.get() > 0 || failure.get() != null) {
      lock.lock();
      try {
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean publishedWhileSpinning(int[] ranks, long exchange) {
    long start = System.nanoTime();
    while (!published(ranks, exchange)) {
      if (failure.get() != null || System.nanoTime() - start > spinNanos) {
        return false;
      }
      Thread.onSpinWait();
    }
    return true;
  }

  private boolean published(int[] ranks, long exchange) {
    for (int rank : ranks) {
      if (slots.get(rank).published < exchange) {
        return false;
      }
    }
    return true;
  }

  private void block(int[] ranks, long exchange, long tag, Limit limit) {
    long remaining = limit.time().toNanos();
    lock.lock();
    // Incremented before the slots are read again: a rank publishes before it reads the count.
    blocked.incrementAndGet();
    try {
      while (!published(ranks, exchange)) {
        checkHealthy(exchange, tag);
        if (remaining <= 0) {
          throw new PeerException(
              "%s at %s: %s"
                  .formatted(limit.message(), Tag.describe(tag), lateRanks(ranks, exchange)));
        }
        remaining = changed.awaitNanos(remaining);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PeerException("interrupted while waiting at " + Tag.describe(tag), e);
    } finally {
      blocked.decrementAndGet();
      lock.unlock();
    }
  }

  private void checkHealthy(long exchange, long tag) {
    Failure first = failure.get();
    if (first != null) {
      throw new PeerException(
          String.format(
              Locale.ROOT,
              "rank %d failed while others waited at %s: %s",
              first.rank(),
              Tag.describe(tag),
              first.cause()),
          first.cause());
    }
    for (int rank = 0; rank < slots.size(); rank++) {
      Slot slot = slots.get(rank);
      if (slot.left && slot.published < exchange) {
        throw new PeerException(
            String.format(
                Locale.ROOT,
                "rank %d closed its communicator while others wait at %s",
                rank,
                Tag.describe(tag)));
      }
    }
  }

  private String lateRanks(int[] ranks, long exchange) {
    StringBuilder late = new StringBuilder();
    for (int rank : ranks) {
      long published = slots.get(rank).published;
      if (published < exchange) {
        late.append(late.isEmpty() ? "" : "; ")
            .append(String.format(Locale.ROOT, "rank %d is late, ", rank))
            .append(
                published == 0
                    ? "never seen"
                    : "last seen at " + Tag.describe(message(rank, published).tag));
      }
    }
    return late.toString();
  }
}
