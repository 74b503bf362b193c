package io.syncnorm.comm.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
import org.junit.jupiter.api.Test;

class MessageReaderTest {
  private static final int RANK = 3;
  private static final int MAX_REPORT = 8;

  private final List<String> events = new ArrayList<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);
  private final LongAdder received = new LongAdder();

  @Test
  void shouldPutReportsTogether() throws IOException {
    part("ab");
    part("");
    part("cd");
    out.writeByte(Rendezvous.REPORT);
    part("12345678");
    out.writeByte(Rendezvous.REPORT);
    out.writeByte(Rendezvous.REPORT);
    out.writeByte(Rendezvous.DONE);
    read();
    assertEquals(List.of("3 reported abcd", "3 reported 12345678", "3 reported "), events);
    assertEquals(3, received.sum());
  }

  @Test
  void shouldPassOnAFailureBeforeTheReportAroundIt() throws IOException {
    part("ab");
    out.writeByte(Rendezvous.FAILURE);
    out.writeInt(3);
    out.writeBytes("why");
    part("cd");
    out.writeByte(Rendezvous.REPORT);
    out.writeByte(Rendezvous.DONE);
    read();
    assertEquals(List.of("3 failed why", "3 reported abcd"), events);
  }

  @Test
  void shouldNotPassOnAReportThatIsNotComplete() throws IOException {
    part("ab");
    out.writeByte(Rendezvous.DONE);
    read();
    assertEquals(List.of(), events);
  }

  @Test
  void shouldNoticeThatTheConnectionEndsAnywhere() throws IOException {
    part("ab");
    out.writeByte(Rendezvous.FAILURE);
    out.writeInt(3);
    out.writeBytes("why");
    byte[] all = bytes.toByteArray();
    for (int length = 0; length < all.length; length++) {
      byte[] cut = Arrays.copyOf(all, length);
      assertEquals(
          "the connection was closed",
          assertThrows(IOException.class, () -> read(cut)).getMessage());
    }
    assertEquals(List.of(), events);
  }

  @Test
  void shouldRefuseWhatIsNoMessage() throws IOException {
    out.writeByte(9);
    assertRefused("expected kind=1 to 4, found kind=9");
    for (int kind : new int[] {Rendezvous.PART, Rendezvous.FAILURE}) {
      for (int length : new int[] {-1, (1 << 20) + 1, Integer.MAX_VALUE}) {
        out.writeByte(kind);
        out.writeInt(length);
        assertRefused("expected length=0 to 1048576, found length=" + length);
      }
    }
  }

  @Test
  void shouldRefuseAReportThatIsTooLong() throws IOException {
    part("12345678");
    part("9");
    assertRefused("expected a report of bytes<=8, found bytes>=9");
  }

  private void part(String text) throws IOException {
    out.writeByte(Rendezvous.PART);
    out.writeInt(text.length());
    out.writeBytes(text);
  }

  private void assertRefused(String how) {
    byte[] sent = bytes.toByteArray();
    bytes.reset();
    assertEquals(
        "sent an invalid frame: " + how,
        assertThrows(IOException.class, () -> read(sent)).getMessage());
    assertEquals(List.of(), events);
  }

  private void read() throws IOException {
    read(bytes.toByteArray());
  }

  private void read(byte[] sent) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(sent));
    new MessageReader(RANK, in, MAX_REPORT, received).readTo(new Recording());
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
      events.add("lost");
    }

    @Override
    public void finished(int rank) {
      events.add("finished");
    }

    private void add(int rank, String what, byte[] content) {
      events.add(rank + " " + what + " " + new String(content, StandardCharsets.US_ASCII));
    }
  }
}
