package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.FloatCodec;
import io.syncnorm.data.shard.StepPlan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes that do not fit into arrays, none of which is allocated here. */
class ModelSizeTest {
  private static final int PIXELS = 784;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.optimizer.type=adam",
        "training.optimizer.type=sgd",
        "training.averaging.outer.type=nesterov",
        "model.batch-norm.enabled=false",
        "model.hidden=[]"
      })
  void shouldPredictTheBytesOfASnapshot(String setting) throws IOException {
    Configuration configuration = configuration(setting);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Snapshot fresh = Snapshot.fresh(configuration, PIXELS);
    fresh.writeTo(new DataOutputStream(written));
    assertEquals(written.size(), fresh.encodedLength());
    assertEquals(fresh.maxEncodedLength(), ModelSize.snapshotBytes(configuration, PIXELS));
    assertEquals(fresh.maxEncodedLength(), fresh.encodedLength() + 4L * fresh.statistics().length);
  }

  @Test
  void shouldAcceptTheWidestLayerOnImages() {
    long parameters = 65_536L * PIXELS + 2 * 65_536 + 65_536 * 10 + 10;
    assertEquals(
        4 * (3 * parameters + 2 * (2 * 65_536)) + 44,
        ModelSize.snapshotBytes(configuration("model.hidden=[65536]"), PIXELS));
  }

  @ParameterizedTest
  @CsvSource({
    "65536;4096, adam, parameters=319995914, bytes=3841065124, 178869589",
    "40000;16000, sgd, parameters=671632010, bytes=2687424076, 536608767"
  })
  void shouldRefuseNetworksThatAreLargerThanAReport(
      String hidden, String optimizer, String parameters, String bytes, String atMost) {
    Configuration configuration =
        configuration(
            "model.hidden=[%s]".formatted(hidden.replace(';', ',')),
            "training.optimizer.type=" + optimizer);
    String refused =
        assertThrows(
                IllegalArgumentException.class,
                () -> ModelSize.snapshotBytes(configuration, PIXELS))
            .getMessage();
    for (String part : List.of(parameters, bytes, "bytes<=2146435071", atMost, "narrower")) {
      assertTrue(refused.contains(part), refused);
    }
  }

  @Test
  void shouldRefuseMiniBatchesThatDoNotFitIntoALayer() {
    Configuration wide = configuration("model.hidden=[65536]", "training.batch-size=60000");
    StepPlan many = new StepPlan(List.of(60_000L, 10L), 60_000);
    String refused =
        assertThrows(PlanException.class, () -> PlanException.requireFits(wide, PIXELS, many))
            .getMessage();
    assertTrue(refused.contains("rows=60000"), refused);
    assertTrue(refused.contains("width=65536: expected rows<=32767"), refused);
    // A batch never has more rows than a rank.
    StepPlan few = new StepPlan(List.of(30_000L, 30_000L), 60_000);
    assertEquals(Optional.empty(), ModelSize.tooLarge(wide, PIXELS, few));
    assertTrue(ModelSize.tooLarge(configuration(), 1 << 20, many).isPresent());
  }

  @Test
  void shouldRefuseMessagesOfManyRanksThatDoNotFitIntoOneArray() {
    StepPlan many = new StepPlan(Collections.nCopies(4096, 10L), 2);
    Configuration wide = configuration("model.hidden=[65536]");
    String refused = ModelSize.tooLarge(wide, PIXELS, many).orElseThrow();
    assertTrue(refused.contains("expected world<=2046"), refused);
    assertTrue(refused.contains("found world=4096"), refused);
    assertEquals(Optional.empty(), ModelSize.tooLarge(configuration(), PIXELS, many));
  }

  @Test
  void shouldWriteAndReadVectorsOfAnyLength() throws IOException {
    for (int length : new int[] {0, 1, 16_384, 40_000}) {
      float[] vector = new float[length];
      for (int i = 0; i < length; i++) {
        vector[i] = i / 3f;
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      FloatCodec.write(out, vector);
      assertEquals(4 * length, bytes.size());
      if (length > 1) {
        byte[] second = Arrays.copyOfRange(bytes.toByteArray(), 4, 8);
        assertEquals(1 / 3f, new DataInputStream(new ByteArrayInputStream(second)).readFloat());
      }
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      assertEquals(0, Arrays.compare(vector, FloatCodec.read(in, length)));
    }
  }

  private static Configuration configuration(String... overrides) {
    return ConfigLoader.load(List.of(), List.of(overrides)).with(Keys.CLASSES, 10);
  }
}
