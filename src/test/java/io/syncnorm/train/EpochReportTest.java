package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.train.state.Position;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A decoded report equals the encoded one, and its length is known beforehand. */
@Timeout(60)
class EpochReportTest {
  private static final String OUTER = "training.averaging.outer.type=nesterov";

  @Test
  void shouldRoundTripThroughBytes() throws Exception {
    EpochReport sent = report(OUTER, "model.batch-norm.recalibrate=20");
    Snapshot fresh = Snapshot.fresh(Worlds.configuration(OUTER), Worlds.INPUTS);
    byte[] bytes = encoded(sent);
    assertEquals(sent.encodedLength(), bytes.length);
    assertEquals(EpochReport.maxEncodedLength(fresh, 2), bytes.length + 4L * statistics(fresh));
    EpochReport received = EpochReport.decode(ReportBytes.of(bytes), fresh, 2);
    EpochResult result = received.result().orElseThrow();
    assertEquals(sent.result().orElseThrow(), result);
    assertTrue(Double.isFinite(result.running().loss()));
    assertEquals(2, result.layers().size());
    assertArrayEquals(sent.snapshot().parameters(), received.snapshot().parameters());
    assertArrayEquals(sent.snapshot().outerVelocity(), received.snapshot().outerVelocity());
    assertEquals(sent.snapshot().parameters().length, sent.snapshot().outerVelocity().length);
  }

  @Test
  void shouldRoundTripInsideAnEpoch() throws Exception {
    Snapshot inside = report(OUTER).snapshot().at(new Position(3, 70));
    Snapshot fresh = Snapshot.fresh(Worlds.configuration(OUTER), Worlds.INPUTS);
    EpochReport received =
        EpochReport.decode(ReportBytes.of(encoded(new EpochReport(inside))), fresh, 2);
    assertTrue(received.result().isEmpty());
    assertEquals(new Position(3, 70), received.snapshot().position());
    assertArrayEquals(inside.parameters(), received.snapshot().parameters());
  }

  @Test
  void shouldTakeTheSameBytesWithoutTelemetry() throws Exception {
    assertEquals(encoded(report()).length, encoded(report("training.telemetry=off")).length);
  }

  @Test
  void shouldRefuseTheReportOfAnotherNetworkOrOptimizer() throws Exception {
    Snapshot plain = Snapshot.fresh(Worlds.configuration(), Worlds.INPUTS);
    byte[] bytes = encoded(report(OUTER));
    for (int layers : new int[] {1, 2, 3, 1000}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> EpochReport.decode(ReportBytes.of(bytes), plain, layers));
    }
  }

  @Test
  void shouldReadAReportInBlocksOfAnyLength() throws Exception {
    EpochReport sent = report(OUTER);
    Snapshot fresh = Snapshot.fresh(Worlds.configuration(OUTER), Worlds.INPUTS);
    byte[] bytes = encoded(sent);
    for (int block : new int[] {1, 7, 1000, bytes.length - 1}) {
      EpochReport received = EpochReport.decode(blocks(bytes, block), fresh, 2);
      assertEquals(sent.result(), received.result());
      assertArrayEquals(bytes, encoded(received));
    }
  }

  @Test
  void shouldNameTheLengthOfAReportThatIsTornOrTooLong() throws Exception {
    Snapshot fresh = Snapshot.fresh(Worlds.configuration(), Worlds.INPUTS);
    byte[] bytes = encoded(new EpochReport(fresh));
    for (int length : new int[] {0, 1, 20, bytes.length / 2, bytes.length - 1}) {
      assertRefused("ends early, bytes=" + length, Arrays.copyOf(bytes, length), fresh);
    }
    assertRefused(
        "expected bytes=" + bytes.length + ", found bytes=" + (bytes.length + 1),
        Arrays.copyOf(bytes, bytes.length + 1),
        fresh);
  }

  private static void assertRefused(String how, byte[] bytes, Snapshot fresh) {
    String refused =
        assertThrows(
                IllegalArgumentException.class,
                () -> EpochReport.decode(ReportBytes.of(bytes), fresh, 2))
            .getMessage();
    assertTrue(refused.contains(how), refused);
  }

  /** The slots are one array, so that the model takes 16 MB of memory; it is not kept encoded. */
  @Test
  void shouldEncodeAModelThatIsLargerThanAnArray() throws IOException {
    Snapshot fresh = Snapshot.fresh(Worlds.configuration(), Worlds.INPUTS);
    List<float[]> slots = Collections.nCopies(130, new float[1 << 22]);
    Snapshot large =
        new Snapshot(1, fresh.parameters(), fresh.statistics(), slots, 7, new float[0]);
    EpochReport report = new EpochReport(large);
    long expected =
        1 + 16 + 4 * 135L + 4L * (fresh.parameters().length + statistics(fresh)) + (130L << 24);
    assertTrue(expected > 1L << 31);
    assertEquals(expected, report.encodedLength());
    long[] written = new long[1];
    report.writeTo(
        new DataOutputStream(
            new OutputStream() {
              @Override
              public void write(int value) {
                written[0]++;
              }

              @Override
              public void write(byte[] bytes, int from, int count) {
                written[0] += count;
              }
            }));
    assertEquals(expected, written[0]);
  }

  private static int statistics(Snapshot snapshot) {
    return snapshot.statistics().length;
  }

  private static ReportBytes blocks(byte[] bytes, int length) throws IOException {
    ReportBytes report = new ReportBytes();
    for (int at = 0; at < bytes.length; at += length) {
      report.out().write(bytes, at, Math.min(length, bytes.length - at));
    }
    return report;
  }

  private static byte[] encoded(EpochReport report) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static EpochReport report(String... more) throws Exception {
    String[] settings = Arrays.copyOf(more, more.length + 1);
    settings[more.length] = "training.epochs=1";
    LabelledImages images = Worlds.images(60, 1);
    Worlds.Trained trained =
        Worlds.train(
            Worlds.configuration(settings),
            Sharding.deal(images.rows(), images.rows(), 2, 42, Dealing.SHUFFLED));
    return new EpochReport(trained.epochs().get(0), trained.snapshot());
  }
}
