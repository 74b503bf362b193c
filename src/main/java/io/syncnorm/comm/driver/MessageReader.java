package io.syncnorm.comm.driver;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/** Reads the messages of one rank. No length that it reads makes it allocate more than 1 MB. */
final class MessageReader {
  /** Bytes of the largest part of a report, and of the largest failure. */
  static final int PART_BYTES = 1 << 20;

  private final int rank;
  private final DataInputStream in;
  private final long maxReportBytes;
  private final LongAdder received;
  private ReportBytes report = new ReportBytes();

  /**
   * @param maxReportBytes bytes of the largest report
   * @param received is incremented while messages arrive, also within one
   */
  MessageReader(int rank, DataInputStream in, long maxReportBytes, LongAdder received) {
    this.rank = rank;
    this.in = in;
    this.maxReportBytes = maxReportBytes;
    this.received = received;
  }

  /**
   * Passes messages on until the rank is done.
   *
   * @throws IOException if the connection breaks, or the rank sends what is no message
   */
  void readTo(Rendezvous.Events events) throws IOException {
    try {
      readAllTo(events);
    } catch (EOFException e) {
      throw new IOException("the connection was closed", e);
    }
  }

  private void readAllTo(Rendezvous.Events events) throws IOException {
    for (int kind = in.read(); kind != Rendezvous.DONE; kind = in.read()) {
      switch (kind) {
        case Rendezvous.PART -> readPart();
        case Rendezvous.REPORT -> {
          ReportBytes complete = report;
          report = new ReportBytes();
          events.reported(rank, complete);
        }
        case Rendezvous.FAILURE -> {
          byte[] failure = new byte[readLength()];
          in.readFully(failure);
          received.increment();
          events.failed(rank, failure);
        }
        case -1 -> throw new EOFException();
        default ->
            throw invalid("kind=" + Rendezvous.PART + " to " + Rendezvous.DONE, "kind=" + kind);
      }
    }
  }

  private void readPart() throws IOException {
    int length = readLength();
    if (length > maxReportBytes - report.length()) {
      throw invalid("a report of bytes<=" + maxReportBytes, "bytes>=" + (report.length() + length));
    }
    for (int left = length; left > 0; left -= Rendezvous.SLICE_BYTES) {
      report.append(in, Math.min(Rendezvous.SLICE_BYTES, left));
      received.increment();
    }
  }

  private int readLength() throws IOException {
    int length = in.readInt();
    if (length < 0 || length > PART_BYTES) {
      throw invalid("length=0 to " + PART_BYTES, "length=" + length);
    }
    return length;
  }

  private static IOException invalid(String expected, String found) {
    return new IOException(
        "sent an invalid frame: expected %s, found %s".formatted(expected, found));
  }
}
