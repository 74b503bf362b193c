package io.syncnorm.comm.connection;

import io.syncnorm.comm.wire.Closing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that speaks TLS. What the other side sends arrives in records of up to 16 KB, each
 * of which is decrypted as a whole, straight into the buffers of a {@link #read} if they have room.
 *
 * <pre>
 * network -> received -> engine -> buffers of read, then spilled -> buffers of the next read
 * network &lt;- unsent   &lt;- engine &lt;- buffers of write
 * </pre>
 *
 * <p>The end of the network's bytes is an error unless the other side has said goodbye
 * (close_notify): anyone can end a TCP connection.
 */
final class TlsConnection implements Connection {
  private static final Logger LOG = LoggerFactory.getLogger(TlsConnection.class);
  private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

  private final ByteChannel network;
  private final SelectableChannel selectable;
  private final SSLEngine engine;

  /** Encrypted bytes that have arrived, before the position. */
  private final ByteBuffer received;

  /** Whether {@link #received} may hold a complete record. */
  private boolean mayHaveRecord;

  /** Decrypted bytes that a read had no room for, after the position. */
  private final ByteBuffer spilled;

  /** Encrypted bytes that the network has not taken, after the position. */
  private final ByteBuffer unsent;

  /** Held to encrypt and send: {@link #close} may come from another thread. */
  private final ReentrantLock sending = new ReentrantLock();

  /** The buffers of a read, and {@link #spilled}. */
  private ByteBuffer[] targets = new ByteBuffer[0];

  /**
   * @param channel connected, and not blocking
   * @param engine that has begun its handshake
   */
  TlsConnection(SocketChannel channel, SSLEngine engine) {
    this(channel, channel, engine);
  }

  TlsConnection(ByteChannel network, SelectableChannel selectable, SSLEngine engine) {
    this.network = network;
    this.selectable = selectable;
    this.engine = engine;
    int record = engine.getSession().getPacketBufferSize();
    this.received = ByteBuffer.allocate(record);
    this.unsent = ByteBuffer.allocate(record).limit(0);
    this.spilled = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize()).limit(0);
  }

  @Override
  public boolean handshake() throws IOException {
    while (true) {
      flush();
      switch (engine.getHandshakeStatus()) {
        case NEED_TASK -> runTasks();
        case NEED_WRAP -> {
          if (hasUnsent()) {
            return false;
          }
          encrypt(NOTHING);
        }
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          SSLEngineResult result = decrypt(NOTHING);
          if (result == null) {
            return false;
          }
          if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("the other side ended the handshake");
          }
        }
        case FINISHED, NOT_HANDSHAKING -> {
          return !hasUnsent();
        }
      }
    }
  }

  @Override
  public long read(ByteBuffer[] into) throws IOException {
    if (spilled.hasRemaining()) {
      return unspill(into);
    }
    long room = remaining(into);
    while (room > 0) {
      SSLEngineResult result = decrypt(into);
      if (result == null) {
        return 0;
      }
      if (result.getStatus() == Status.CLOSED) {
        return -1;
      }
      if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) { // as when keys are renewed
        runTasks();
      }
      long left = remaining(into);
      if (left < room) {
        return room - left;
      }
    }
    return 0;
  }

  @Override
  public long write(ByteBuffer[] from) throws IOException {
    sending.lock();
    try {
      flush();
      long taken = 0;
      while (!hasUnsent() && remaining(from) > 0) {
        SSLEngineResult result = encrypt(from);
        if (result.bytesProduced() == 0) {
          throw new IllegalStateException("write before the handshake is complete");
        }
        taken += result.bytesConsumed();
        flush();
      }
      return taken;
    } finally {
      sending.unlock();
    }
  }

  @Override
  public boolean flush() throws IOException {
    if (!unsent.hasRemaining()) {
      return false;
    }
    sending.lock();
    try {
      return network.write(unsent) > 0;
    } finally {
      sending.unlock();
    }
  }

  @Override
  public boolean hasUnsent() {
    return unsent.hasRemaining();
  }

  @Override
  public SelectionKey register(Selector selector) throws ClosedChannelException {
    return selectable.register(selector, 0);
  }

  @Override
  public void close() {
    engine.closeOutbound();
    sendAlert();
    Closing.quietly(network);
  }

  /**
   * Decrypts the next record into the buffers, and what they have no room for into {@link
   * #spilled}, which is empty.
   *
   * @return null if no complete record has arrived
   */
  private SSLEngineResult decrypt(ByteBuffer[] into) throws IOException {
    while (true) {
      if (!mayHaveRecord) {
        int count = network.read(received);
        if (count < 0) {
          throw new SSLException("it was cut off: its end was not announced");
        }
        if (count == 0) {
          return null;
        }
      }
      SSLEngineResult result;
      received.flip();
      spilled.clear();
      try {
        result = engine.unwrap(received, targets(into));
      } catch (SSLException e) {
        sendAlert();
        throw e;
      } finally {
        received.compact();
        spilled.flip();
      }
      mayHaveRecord = result.getStatus() != Status.BUFFER_UNDERFLOW && received.position() > 0;
      if (result.getStatus() != Status.BUFFER_UNDERFLOW) {
        return result;
      }
      if (!received.hasRemaining()) {
        throw new SSLException("it sent a record that is too long");
      }
    }
  }

  private ByteBuffer[] targets(ByteBuffer[] into) {
    if (targets.length != into.length + 1) {
      targets = new ByteBuffer[into.length + 1];
    }
    System.arraycopy(into, 0, targets, 0, into.length);
    targets[into.length] = spilled;
    return targets;
  }

  private long unspill(ByteBuffer[] into) {
    long count = 0;
    for (ByteBuffer target : into) {
      int length = Math.min(spilled.remaining(), target.remaining());
      target.put(target.position(), spilled, spilled.position(), length);
      target.position(target.position() + length);
      spilled.position(spilled.position() + length);
      count += length;
    }
    return count;
  }

  /**
   * Encrypts the next record into {@link #unsent}, which is empty: a message of the engine's if it
   * has one to send, else bytes of the buffers.
   *
   * @return how much of the buffers it has taken
   */
  private SSLEngineResult encrypt(ByteBuffer[] from) throws IOException {
    sending.lock();
    try {
      SSLEngineResult result;
      unsent.clear();
      try {
        result = engine.wrap(from, unsent);
      } finally {
        unsent.flip();
      }
      if (result.getStatus() == Status.CLOSED) {
        throw new IOException("it is closed");
      }
      return result;
    } catch (SSLException e) {
      sendAlert();
      throw e;
    } finally {
      sending.unlock();
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; ) {
      task.run();
      task = engine.getDelegatedTask();
    }
  }

  /**
   * Tells the other side why the connection ends, if the network takes it at once and no record is
   * under way.
   */
  private void sendAlert() {
    if (!sending.tryLock()) {
      return;
    }
    try {
      if (!unsent.hasRemaining()) {
        ByteBuffer alert = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(NOTHING, alert);
        network.write(alert.flip());
      }
    } catch (IOException e) {
      LOG.debug("the other side is not told why the connection ends", e);
    } finally {
      sending.unlock();
    }
  }

  private static long remaining(ByteBuffer[] buffers) {
    long sum = 0;
    for (ByteBuffer buffer : buffers) {
      sum += buffer.remaining();
    }
    return sum;
  }
}
