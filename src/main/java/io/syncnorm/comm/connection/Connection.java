package io.syncnorm.comm.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/**
 * A connection to another process of the run, plain or encrypted, whose calls never wait. One
 * thread at a time uses it, except {@link #close}.
 *
 * <p>Legal order: {@link #handshake} until it is complete, then {@link #read}, {@link #write} and
 * {@link #flush} in any order, then {@link #close}. An {@link IOException} ends the connection.
 */
public sealed interface Connection extends AutoCloseable permits PlainConnection, TlsConnection {
  /**
   * Continues the handshake as far as it goes.
   *
   * @return whether it is complete; if not, the selector says when to call again, for writing if
   *     there are {@linkplain #hasUnsent unsent} bytes, else for reading
   */
  boolean handshake() throws IOException;

  /**
   * Receives bytes that are there into the buffers, in their order. Until it returns 0, there may
   * be bytes in the connection that a selector does not see.
   *
   * @param into buffers, each filled from its position to its limit
   * @return number of bytes; -1 if the other side has closed the connection
   */
  long read(ByteBuffer[] into) throws IOException;

  /**
   * Takes bytes to send, as long as the network takes them.
   *
   * @param from buffers, each read from its position to its limit
   * @return number of bytes taken; some of them may be {@linkplain #hasUnsent unsent}
   */
  long write(ByteBuffer[] from) throws IOException;

  /**
   * Sends bytes that were taken.
   *
   * @return whether there were any that the network took
   */
  boolean flush() throws IOException;

  /** Whether bytes that were taken have yet to be sent. */
  boolean hasUnsent();

  /** Registers the connection with a selector that does not wait for it yet. */
  SelectionKey register(Selector selector) throws ClosedChannelException;

  /** Closes the connection at once. May be called on any thread. */
  @Override
  void close();
}
