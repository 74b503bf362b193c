package io.syncnorm.comm.driver;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A rank's end of its process' connection to the driver. Thread-safe. */
public final class RankConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RankConnection.class);

  private final int rank;
  private final Streams streams;
  private final Sender sender;

  /** Held while a report is sent: another one, or the last frame, waits for it. */
  private final Object reporting = new Object();

  /** Whether the last frame has been sent. Used by the sender's thread only. */
  private boolean ended;

  private volatile boolean pauseAsked;

  RankConnection(int rank, Streams streams, Sender sender) {
    this.rank = rank;
    this.streams = streams;
    this.sender = sender;
  }

  /** Whether the driver has asked this rank to pause the run. */
  public boolean isPauseAsked() {
    return pauseAsked;
  }

  void askToPause() {
    pauseAsked = true;
  }

  /**
   * Sends a report to the driver. It keeps its bytes.
   *
   * @throws IOException if the driver cannot be reached, or this end is closed
   */
  public void report(ReportBytes report) throws IOException {
    synchronized (reporting) {
      report.forEachPart(
          Frames.PART_BYTES,
          (bytes, from, count) -> send(Frames.ofRank(Frames.PART, rank, bytes, from, count)));
      send(Frames.ofRank(Frames.REPORT, rank));
    }
  }

  /**
   * Reports to the driver why this rank cannot continue, between two parts of a report if one is
   * under way.
   *
   * @param payload at most 1 MB
   * @throws IOException if the driver cannot be reached, or this end is closed
   */
  public void fail(byte[] payload) throws IOException {
    send(Frames.ofRank(Frames.FAILURE, rank, payload, 0, payload.length));
  }

  /**
   * Reports that this rank is done, so that the driver does not count it as lost. A report that is
   * under way is sent first: a failed run resumes from it.
   */
  @Override
  public void close() {
    end(Frames.ofRank(Frames.DONE, rank));
  }

  /**
   * Reports that this rank has ended without being done, as {@link #close} does. Has no effect
   * after that.
   */
  public void lose(String how) {
    end(Frames.ofRank(Frames.LOST, rank, how));
  }

  private void end(Frames.Frame last) {
    synchronized (reporting) {
      try {
        sender.send(
            streams.out(),
            out -> {
              if (!ended) {
                ended = true;
                last.writeTo(out);
              }
            });
      } catch (IOException e) {
        LOG.debug("the driver has closed the connection before rank {} ended", rank, e);
      }
    }
  }

  private void send(Frames.Frame frame) throws IOException {
    try {
      sender.send(
          streams.out(),
          out -> {
            if (ended) {
              throw new IOException("the rank has ended: rank=" + rank);
            }
            frame.writeTo(out);
          });
    } catch (IOException e) {
      throw new IOException("cannot reach the driver: " + e.getMessage(), e);
    }
  }
}
