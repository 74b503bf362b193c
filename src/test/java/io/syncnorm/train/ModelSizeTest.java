package io.syncnorm.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.config.ConfigLoader;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.FloatCodec;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.nn.ParameterLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
  void shouldKnowTheBytesOfASnapshot(String setting) throws IOException {
    Configuration configuration = configuration(setting);
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Snapshot fresh = Snapshot.fresh(configuration, PIXELS);
    fresh.writeTo(new DataOutputStream(written));
    assertEquals(written.size(), fresh.encodedLength());
    assertEquals(fresh.maxEncodedLength(), fresh.encodedLength() + 4L * fresh.statistics().length);
  }

  @Test
  void shouldAcceptAsManyParametersAsAVectorHolds() {
    assertEquals(
        PIXELS * 45_000 + 45_000 * 45_000 + 4 * 45_000 + 45_000 * 10 + 10,
        layout("model.hidden=[45000,45000]").parameterCount());
    String refused =
        assertThrows(IllegalArgumentException.class, () -> layout("model.hidden=[46000,46000]"))
            .getMessage();
    assertTrue(refused.contains("parameters<=2147483639, found at least 2152"), refused);
  }

  private static ParameterLayout layout(String hidden) {
    return ParameterLayout.of(Blueprint.architecture(configuration(hidden), PIXELS));
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
