package io.syncnorm.comm;

import io.syncnorm.comm.Slots.Slot;
import io.syncnorm.comm.fold.RankGroup;
import java.util.concurrent.locks.LockSupport;

/**
 * The ranks of one host, each on a thread of its own, compute one at a time: whoever has the turn.
 *
 * <p>A rank that arrives at an exchange passes the turn to a rank of the host that has yet to
 * arrive, and parks until it gets the turn back. The last one keeps it, waits for the other hosts,
 * and goes first in the next stretch: {@code n} ranks pass the turn {@code n - 1} times an
 * exchange. A rank that leaves passes the turn on. When the world fails, turns end and all ranks
 * run.
 *
 * <p>A rank's wait for its turn ends when the turn is passed to it, before its thread wakes up. So
 * all time of a host is in the turn of one rank: the sum over the ranks of the time that each does
 * not wait for its turn is the time that has passed.
 */
final class Turns {
  private static final int NOBODY = -1;

  private final RankGroup block;
  private final Slots slots;

  /** The rank that has the turn. Written with this object's monitor held. */
  private volatile int holder;

  /** When the turn was last passed, or kept at an exchange. */
  private volatile long sinceNanos = System.nanoTime();

  private volatile boolean ended;

  /**
   * @param block the ranks of the host; the first one has the first turn
   * @param slots of all ranks of the world
   */
  Turns(RankGroup block, Slots slots) {
    this.block = block;
    this.slots = slots;
    this.holder = block.first();
  }

  /**
   * Waits for this rank's turn; to be called on the rank's thread.
   *
   * @param limitNanos how long the turn may stay with another rank
   * @return whether the rank may run; false if the time is over or the thread is interrupted
   */
  boolean take(int rank, long limitNanos) {
    return mayRun(rank) || await(rank, limitNanos, System.nanoTime());
  }

  /**
   * Passes the turn to a rank that has published less, if there is one, and waits to get it back.
   */
  boolean pass(int rank, long limitNanos) {
    if (isAlone()) {
      return true;
    }
    long published = slots.of(rank).published;
    long passedNanos = System.nanoTime();
    int next;
    synchronized (this) {
      sinceNanos = passedNanos;
      next = lastOfOthers(rank);
      if (holder != rank || next == NOBODY || slots.of(next).published >= published) {
        return true;
      }
      holder = next;
    }
    wakeUp(next);
    return await(rank, limitNanos, passedNanos);
  }

  private boolean await(int rank, long limitNanos, long startNanos) {
    Slot slot = slots.of(rank);
    slot.thread = Thread.currentThread(); // written before the holder is read: see pass
    while (!mayRun(rank)) {
      long remaining = limitNanos - (System.nanoTime() - sinceNanos);
      if (remaining <= 0 || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(this, remaining);
    }
    slot.turnNanos += sinceNanos - startNanos;
    return true;
  }

  /** Passes the turn on if this rank has it; its slot says that it has left. */
  void leave(int rank) {
    int next;
    synchronized (this) {
      if (holder != rank) {
        return;
      }
      sinceNanos = System.nanoTime();
      next = lastOfOthers(rank);
      holder = next;
    }
    if (next != NOBODY) {
      wakeUp(next);
    }
  }

  /** Lets all ranks run. */
  void end() {
    ended = true;
    for (int rank = block.first(); rank < block.end(); rank++) {
      wakeUp(rank);
    }
  }

  /** The rank that has the turn. */
  int holder() {
    return holder;
  }

  RankGroup block() {
    return block;
  }

  private boolean isAlone() {
    return block.end() - block.first() == 1;
  }

  private boolean mayRun(int rank) {
    return holder == rank || ended;
  }

  /**
   * The rank that has published least, of those that have not left: in a circle, from {@code rank}.
   */
  private int lastOfOthers(int rank) {
    int size = block.end() - block.first();
    int last = NOBODY;
    for (int distance = 1; distance < size; distance++) {
      int other = block.first() + (rank - block.first() + distance) % size;
      Slot slot = slots.of(other);
      if (!slot.left && (last == NOBODY || slot.published < slots.of(last).published)) {
        last = other;
      }
    }
    return last;
  }

  private void wakeUp(int rank) {
    LockSupport.unpark(slots.of(rank).thread);
  }
}
