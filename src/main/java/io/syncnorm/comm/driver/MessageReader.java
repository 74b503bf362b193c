package io.syncnorm.comm.driver;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Reads the frames of one process. No length that it reads makes it allocate more than 1 MB. Not
 * thread-safe.
 */
final class MessageReader {
  private final DataInputStream in;
  private final long maxReportBytes;
  private final LongAdder received;
  private final Rendezvous.Events events;

  /** What has arrived of the next report of each rank that has joined and not ended, ascending. */
  private final Map<Integer, ReportBytes> reports = new TreeMap<>();

  /** Lets hosts join. */
  @FunctionalInterface
  interface Joining {
    /** Returns whether the ranks of this host have joined; otherwise they are rejected. */
    boolean join(Member host) throws IOException;
  }

  /**
   * @param maxReportBytes bytes of the largest report
   * @param received is incremented while messages arrive, also within one
   */
  MessageReader(
      DataInputStream in, long maxReportBytes, LongAdder received, Rendezvous.Events events) {
    this.in = in;
    this.maxReportBytes = maxReportBytes;
    this.received = received;
    this.events = events;
  }

  /**
   * Passes messages on until the process closes its connection.
   *
   * @throws IOException if the connection breaks, the process closes it while ranks have not ended,
   *     or it sends what is no frame
   */
  void read(Joining joining) throws IOException {
    try {
      readAll(joining);
    } catch (EOFException e) {
      throw new IOException("the connection was closed", e);
    }
  }

  /** The ranks that have joined and not ended, ascending. */
  List<Integer> unfinished() {
    return List.copyOf(reports.keySet());
  }

  private void readAll(Joining joining) throws IOException {
    for (int kind = in.read(); kind >= 0; kind = in.read()) {
      switch (kind) {
        case Frames.JOIN -> {
          Member host = Member.read(in);
          if (joining.join(host)) {
            host.block().ranks().forEach(rank -> reports.put(rank, new ReportBytes()));
          }
        }
        case Frames.PART -> readPart(readRank());
        case Frames.REPORT -> {
          int rank = readRank();
          events.reported(rank, reports.put(rank, new ReportBytes()));
        }
        case Frames.FAILURE -> {
          int rank = readRank();
          byte[] failure = new byte[readLength()];
          in.readFully(failure);
          received.increment();
          events.failed(rank, failure);
        }
        case Frames.DONE -> finish(in.readInt());
        case Frames.LOST -> lose(in.readInt(), in.readUTF());
        default ->
            throw Frames.invalid("kind=" + Frames.JOIN + " to " + Frames.LOST, "kind=" + kind);
      }
    }
    if (!reports.isEmpty()) {
      throw new EOFException();
    }
  }

  /** Reports a rank as lost, unless it has ended or was rejected. */
  void lose(int rank, String how) {
    if (reports.containsKey(rank)) {
      events.lost(rank, how);
      finish(rank);
    }
  }

  /** Ends a rank, unless it has ended or was rejected. */
  void finish(int rank) {
    if (reports.remove(rank) != null) {
      events.finished(rank);
    }
  }

  private void readPart(int rank) throws IOException {
    ReportBytes report = reports.get(rank);
    int length = readLength();
    if (length > maxReportBytes - report.length()) {
      throw Frames.invalid(
          "a report of bytes<=" + maxReportBytes, "bytes>=" + (report.length() + length));
    }
    for (int left = length; left > 0; left -= Frames.SLICE_BYTES) {
      report.append(in, Math.min(Frames.SLICE_BYTES, left));
      received.increment();
    }
  }

  private int readRank() throws IOException {
    int rank = in.readInt();
    if (!reports.containsKey(rank)) {
      throw Frames.invalid("a rank of " + reports.keySet(), "rank=" + rank);
    }
    return rank;
  }

  private int readLength() throws IOException {
    int length = in.readInt();
    if (length < 0 || length > Frames.PART_BYTES) {
      throw Frames.invalid("length=0 to " + Frames.PART_BYTES, "length=" + length);
    }
    return length;
  }
}
