package io.syncnorm.comm.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.comm.fold.RankGroup;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MessageReaderTest {
  private static final int RANK = 3;
  private static final int OTHER = 4;
  private static final int REJECTED = 7;
  private static final int MAX_REPORT = 8;

  private final List<String> events = new ArrayList<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);
  private final LongAdder received = new LongAdder();
  private MessageReader reader;

  @BeforeEach
  void join() throws IOException {
    join(RANK, OTHER + 1);
  }

  @Test
  void shouldPutReportsTogether() throws IOException {
    part(RANK, "ab");
    part(RANK, "");
    part(RANK, "cd");
    frame(Frames.REPORT, RANK);
    part(RANK, "12345678");
    frame(Frames.REPORT, RANK);
    frame(Frames.REPORT, RANK);
    frame(Frames.DONE, RANK);
    frame(Frames.DONE, OTHER);
    read();
    assertEquals(
        List.of(
            "3 reported abcd", "3 reported 12345678", "3 reported ", "3 finished", "4 finished"),
        events);
    assertEquals(3, received.sum());
  }

  @Test
  void shouldKeepTheReportsOfRanksApart() throws IOException {
    part(RANK, "ab");
    part(OTHER, "12");
    part(RANK, "cd");
    frame(Frames.REPORT, OTHER);
    part(OTHER, "3456");
    frame(Frames.DONE, OTHER);
    part(RANK, "efgh");
    frame(Frames.REPORT, RANK);
    frame(Frames.DONE, RANK);
    read();
    assertEquals(
        List.of("4 reported 12", "4 finished", "3 reported abcdefgh", "3 finished"), events);
  }

  @Test
  void shouldPassOnAFailureBeforeTheReportsAroundIt() throws IOException {
    part(RANK, "ab");
    part(OTHER, "12");
    failure(OTHER, "why");
    part(RANK, "cd");
    frame(Frames.REPORT, RANK);
    frame(Frames.REPORT, OTHER);
    frame(Frames.DONE, RANK);
    frame(Frames.DONE, OTHER);
    read();
    assertEquals(
        List.of("4 failed why", "3 reported abcd", "4 reported 12", "3 finished", "4 finished"),
        events);
  }

  @Test
  void shouldNotPassOnAReportThatIsNotComplete() throws IOException {
    part(RANK, "ab");
    frame(Frames.DONE, RANK);
    frame(Frames.DONE, OTHER);
    read();
    assertEquals(List.of("3 finished", "4 finished"), events);
  }

  @Test
  void shouldFinishARankThatIsLostOnce() throws IOException {
    lost(OTHER, "it was interrupted");
    frame(Frames.DONE, OTHER);
    frame(Frames.DONE, RANK);
    read();
    assertEquals(List.of("4 lost it was interrupted", "4 finished", "3 finished"), events);
  }

  @Test
  void shouldIgnoreTheEndOfRanksThatWereRejected() throws IOException {
    join(REJECTED, REJECTED + 2);
    frame(Frames.DONE, REJECTED);
    lost(REJECTED + 1, "told to stop");
    frame(Frames.DONE, RANK);
    frame(Frames.DONE, OTHER);
    read();
    assertEquals(List.of("3 finished", "4 finished"), events);
  }

  @Test
  void shouldNoticeThatTheConnectionEndsAnywhere() throws IOException {
    int joined = bytes.size();
    part(RANK, "ab");
    failure(OTHER, "why");
    byte[] all = bytes.toByteArray();
    for (int length = 1; length < all.length; length++) {
      byte[] cut = Arrays.copyOf(all, length);
      assertEquals(
          "the connection was closed",
          assertThrows(IOException.class, () -> read(cut)).getMessage());
      assertEquals(length < joined ? List.of() : List.of(RANK, OTHER), reader.unfinished());
    }
    assertEquals(List.of(), events);
  }

  @Test
  void shouldRefuseWhatIsNoMessage() throws IOException {
    out.writeByte(11);
    assertRefused("expected kind=1 to 6, found kind=11");
    for (int kind : new int[] {Frames.PART, Frames.FAILURE}) {
      for (int length : new int[] {-1, (1 << 20) + 1, Integer.MAX_VALUE}) {
        frame(kind, RANK);
        out.writeInt(length);
        assertRefused("expected length=0 to 1048576, found length=" + length);
      }
    }
    for (int[] block : new int[][] {{-1, 1}, {2, 2}, {3, 2}}) {
      out.writeByte(Frames.JOIN);
      out.writeInt(block[0]);
      out.writeInt(block[1]);
      assertRefused("expected first>=0 end>first, found first=" + block[0] + " end=" + block[1]);
    }
  }

  @Test
  void shouldRefuseMessagesOfOtherRanks() throws IOException {
    for (int kind : new int[] {Frames.PART, Frames.REPORT, Frames.FAILURE}) {
      frame(kind, 2);
      assertRefused("expected a rank of [3, 4], found rank=2");
    }
  }

  @Test
  void shouldRefuseAReportThatIsTooLong() throws IOException {
    part(OTHER, "9");
    part(RANK, "12345678");
    part(RANK, "9");
    assertRefused("expected a report of bytes<=8, found bytes>=9");
  }

  private void join(int first, int end) throws IOException {
    Frames.join(new Member(new RankGroup(first, end), "process", "host", 1)).writeTo(out);
  }

  private void frame(int kind, int rank) throws IOException {
    Frames.ofRank(kind, rank).writeTo(out);
  }

  private void part(int rank, String text) throws IOException {
    text(Frames.PART, rank, text);
  }

  private void failure(int rank, String text) throws IOException {
    text(Frames.FAILURE, rank, text);
  }

  private void text(int kind, int rank, String text) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.US_ASCII);
    Frames.ofRank(kind, rank, content, 0, content.length).writeTo(out);
  }

  private void lost(int rank, String how) throws IOException {
    Frames.ofRank(Frames.LOST, rank, how).writeTo(out);
  }

  /** Begins again. */
  private void assertRefused(String how) throws IOException {
    byte[] sent = bytes.toByteArray();
    bytes.reset();
    assertEquals(
        "sent an invalid frame: " + how,
        assertThrows(IOException.class, () -> read(sent)).getMessage());
    assertEquals(List.of(), events);
    join();
  }

  private void read() throws IOException {
    read(bytes.toByteArray());
  }

  private void read(byte[] sent) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(sent));
    reader = new MessageReader(in, MAX_REPORT, received, new Recording());
    reader.read(host -> host.block().first() != REJECTED);
  }

  private final class Recording implements Rendezvous.Events {
    @Override
    public void reported(int rank, ReportBytes report) {
      add(rank, "reported", report.toArray(MAX_REPORT));
    }

    @Override
    public void failed(int rank, byte[] payload) {
      add(rank, "failed", payload);
    }

    @Override
    public void lost(int rank, String how) {
      events.add(rank + " lost " + how);
    }

    @Override
    public void finished(int rank) {
      events.add(rank + " finished");
    }

    private void add(int rank, String what, byte[] content) {
      events.add(rank + " " + what + " " + new String(content, StandardCharsets.US_ASCII));
    }
  }
}
