package io.syncnorm.comm;

import java.util.function.BooleanSupplier;

/**
 * Passes messages between the processes of one attempt. In each process one thread at a time uses
 * it, except {@link #wakeUp} and {@link #close}.
 */
interface Transport extends AutoCloseable {
  /**
   * Sends and receives messages, all at once. Both sides of a message know its tag and its length;
   * messages between the same two processes keep their order.
   *
   * @param out each sent from its position to its limit
   * @param in each filled from its position to its limit
   * @param limit of each stall
   * @param meanwhile called while nothing moves, as long as it returns true
   * @throws PeerException if a process is late, lost or at another exchange, or a rank has failed
   */
  void round(long tag, Messages out, Messages in, Limit limit, BooleanSupplier meanwhile);

  /** Makes a blocked {@link #round} check whether a rank has failed. */
  void wakeUp();

  @Override
  void close();
}
