package io.syncnorm.comm.driver;

import io.syncnorm.comm.wire.Listener;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver's end of the connection to one process, all of whose ranks use it. */
final class ProcessConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessConnection.class);

  private final Streams streams;
  private final Sender sender;
  private final AtomicBoolean isStopped = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * @param sender shared by the connections to all processes: what the driver sends is short
   */
  ProcessConnection(Streams streams, Sender sender) {
    this.streams = streams;
    this.sender = sender;
  }

  /**
   * Reads what the process sends until it closes the connection. Ranks that have not ended then are
   * lost, the lowest first, all in the same way; unless this side has closed the connection.
   */
  void listen(MessageReader reader, MessageReader.Joining joining) {
    try {
      streams.setReadTimeout(Listener.MEMBER_TIMEOUT);
      reader.read(
          host -> {
            streams.setReadTimeout(Duration.ZERO);
            return joining.join(host);
          });
    } catch (IOException e) {
      if (!closed) {
        LOG.debug("a process' connection broke", e);
        reader.unfinished().forEach(rank -> reader.lose(rank, e.getMessage()));
      }
    } finally {
      reader.unfinished().forEach(reader::finish);
    }
  }

  /** Tells the process who has joined. */
  void begin(List<Member> hosts) {
    send(Frames.members(hosts));
  }

  /** Tells the process that the ranks of a host of its have not joined. */
  void reject(Member host, String reason) {
    send(Frames.ofRank(Frames.REJECTED, host.block().first(), reason));
  }

  /** Asks a rank of the process to pause the run. */
  void pause(int rank) {
    send(Frames.ofRank(Frames.PAUSE, rank));
  }

  /** Tells all ranks of the process to stop, if they have not been told. */
  void stop(String reason) {
    if (isStopped.compareAndSet(false, true)) {
      send(Frames.stop(reason));
    }
  }

  /** What cannot be sent is not needed: the process is lost, which {@link #listen} reports. */
  private void send(Frames.Frame frame) {
    try {
      sender.send(streams.out(), frame);
    } catch (IOException e) {
      LOG.debug("cannot reach a process", e);
    }
  }

  @Override
  public void close() {
    closed = true;
    streams.close();
  }
}
