package io.syncnorm.comm;

import java.nio.ByteBuffer;

/**
 * Passes messages between the processes of one attempt. In each process one thread at a time uses
 * it, except {@link #wakeUp} and {@link #close}.
 */
interface Transport extends AutoCloseable {
  /** Number of processes. */
  int processes();

  /** This process, from 0. */
  int self();

  /**
   * Sends one message while receiving another. Both sides of a message know its tag and its length.
   *
   * @param to the process that gets {@code out}, at the same exchange
   * @param out sent from its position to its limit
   * @param from the process that sends a message of the length that {@code in} has remaining
   * @param in filled from its position to its limit
   * @param limit of each stall
   * @throws PeerException if a process is late, lost or at another exchange, or a rank has failed
   */
  void transfer(long tag, int to, ByteBuffer out, int from, ByteBuffer in, Limit limit);

  /** Makes a blocked {@link #transfer} check whether a rank has failed. */
  void wakeUp();

  @Override
  void close();
}
