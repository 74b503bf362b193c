package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.idx.LabelledImages;
import io.syncnorm.data.shard.Sharding;
import io.syncnorm.train.state.Position;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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
    assertEquals(EpochReport.encodedLength(fresh, 2), bytes.length);
    EpochReport received = EpochReport.decode(bytes, fresh, 2);
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
    EpochReport received = EpochReport.decode(encoded(new EpochReport(inside)), fresh, 2);
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
      assertThrows(IllegalArgumentException.class, () -> EpochReport.decode(bytes, plain, layers));
    }
  }

  private static byte[] encoded(EpochReport report) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    report.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static EpochReport report(String... more) throws Exception {
    String[] settings = java.util.Arrays.copyOf(more, more.length + 1);
    settings[more.length] = "training.epochs=1";
    LabelledImages images = Worlds.images(60, 1);
    Worlds.Trained trained =
        Worlds.train(
            Worlds.configuration(settings),
            Sharding.deal(images.rows(), images.rows(), 2, 42, Dealing.SHUFFLED));
    return new EpochReport(trained.epochs().get(0), trained.snapshot());
  }
}
