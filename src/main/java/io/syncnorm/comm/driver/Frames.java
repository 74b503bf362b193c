package io.syncnorm.comm.driver;

import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What the driver and the processes of ranks send each other. A process has one connection, which
 * its ranks share, so a frame says which rank it is about.
 *
 * <pre>
 * process -> driver   JOIN [1] member                                 the ranks of a host join
 * driver -> process   REJECTED [1] first [4] reason [utf]             the host of this first rank
 * driver -> process   MEMBERS [1] hosts [4] member | member | ...     once, when all have joined
 * process -> driver   PART [1] rank [4] length [4] bytes [length]     of a report, at most 1 MB
 * process -> driver   REPORT [1] rank [4]                             the parts are a report
 * process -> driver   FAILURE [1] rank [4] length [4] bytes [length]  also between parts
 * process -> driver   DONE [1] rank [4]                               the rank's last frame, or:
 * process -> driver   LOST [1] rank [4] how [utf]                     it ended without being done
 * driver -> process   PAUSE [1] rank [4]                              rank 0, any number of times
 * driver -> process   STOP [1] reason [utf]                           all its ranks, at most once
 *
 * member              first [4] end [4] process [utf] host [utf] port [4]
 * </pre>
 *
 * <p>Frames of several ranks alternate in any way; those of one rank stay in order. A process
 * closes its connection when its last rank has ended. The driver ignores the last frame of a rank
 * that it has rejected.
 */
final class Frames {
  static final int JOIN = 1;
  static final int PART = 2;
  static final int REPORT = 3;
  static final int FAILURE = 4;
  static final int DONE = 5;
  static final int LOST = 6;
  static final int MEMBERS = 7;
  static final int REJECTED = 8;
  static final int STOP = 9;
  static final int PAUSE = 10;

  /** Bytes of the largest part of a report, and of the largest failure. */
  static final int PART_BYTES = 1 << 20;

  /**
   * Bytes of a message that are written or read at once: Java copies them through a buffer of that
   * length, outside the heap.
   */
  static final int SLICE_BYTES = 1 << 16;

  /** Characters of the longest text: each takes at most 3 of the 2^16 bytes of a [utf]. */
  private static final int MAX_CHARACTERS = 8000;

  private Frames() {}

  /** A frame to be written. */
  @FunctionalInterface
  interface Frame {
    void writeTo(DataOutputStream out) throws IOException;
  }

  static Frame join(Member host) {
    return out -> {
      out.writeByte(JOIN);
      host.write(out);
    };
  }

  static Frame members(List<Member> hosts) {
    return out -> {
      out.writeByte(MEMBERS);
      out.writeInt(hosts.size());
      for (Member host : hosts) {
        host.write(out);
      }
    };
  }

  /** Reads the rest of such a frame, after its kind. */
  static List<Member> readMembers(DataInput in) throws IOException {
    int hosts = in.readInt();
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < hosts; i++) {
      members.add(Member.read(in));
    }
    return List.copyOf(members);
  }

  /** A frame of a kind that consists of a rank. */
  static Frame ofRank(int kind, int rank) {
    return out -> {
      out.writeByte(kind);
      out.writeInt(rank);
    };
  }

  /** A frame of a kind that consists of a rank and a text, which is shortened. */
  static Frame ofRank(int kind, int rank, String text) {
    String shortened = shortened(text);
    return out -> {
      out.writeByte(kind);
      out.writeInt(rank);
      out.writeUTF(shortened);
    };
  }

  /**
   * A frame of a kind that consists of a rank and some bytes of an array.
   *
   * @param count at most {@link #PART_BYTES}
   */
  static Frame ofRank(int kind, int rank, byte[] bytes, int from, int count) {
    return out -> {
      out.writeByte(kind);
      out.writeInt(rank);
      out.writeInt(count);
      for (int at = 0; at < count; at += SLICE_BYTES) {
        out.write(bytes, from + at, Math.min(SLICE_BYTES, count - at));
      }
    };
  }

  static Frame stop(String reason) {
    String shortened = shortened(reason);
    return out -> {
      out.writeByte(STOP);
      out.writeUTF(shortened);
    };
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(MAX_CHARACTERS, text.length()));
  }

  /** The failure of the side that reads what is no frame. */
  static IOException invalid(String expected, String found) {
    return new IOException(
        "sent an invalid frame: expected %s, found %s".formatted(expected, found));
  }
}
