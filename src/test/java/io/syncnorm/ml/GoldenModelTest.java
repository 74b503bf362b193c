package io.syncnorm.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.syncnorm.nn.Activation;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests a model written by the first release that could save one: later releases must read it and
 * predict the same.
 *
 * <p>{@link #main} wrote it: {@code java ... io.syncnorm.ml.GoldenModelTest}, in the root of the
 * repository. Other releases write to other directories; this one never changes.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GoldenModelTest {
  private static final Path MODEL = Path.of("src/test/resources/io/syncnorm/ml/model-0.1.0");

  /** Predictions printed by {@link #main}. */
  private static final double[] EXPECTED = {-1.6767775, -0.0819720};

  /** The predictions are written with this precision. */
  private static final double ROUNDING = 1e-6;

  @Test
  void shouldReadAModelOfTheFirstRelease() throws IOException {
    try (SparkSession spark = Blobs.session(1)) {
      SyncBatchNormClassificationModel model =
          SyncBatchNormClassificationModel.read().session(spark).load(MODEL.toString());
      assertEquals("golden", model.uid());
      assertEquals(3, model.getBatchSize());
      assertEquals("guess", model.getPredictionCol());
      assertEquals("parameters", model.getAveragingMerge(), "a param that it does not know");
      assertEquals(architecture(), model.architecture());
      assertArrayEquals(EXPECTED, model.predictRaw(Vectors.dense(0.5, -1, 2)).toArray(), ROUNDING);
    }
  }

  public static void main(String[] args) throws Exception {
    try (SparkSession spark = Blobs.session(1)) {
      NetworkState state = NetworkState.initial(architecture(), 7);
      for (int i = 0; i < state.statistics().length; i++) {
        state.statistics()[i] = 0.25f * (i + 1);
      }
      SyncBatchNormClassificationModel model =
          new SyncBatchNormClassificationModel("golden", architecture(), state, null);
      model.set(model.batchSize(), 3);
      model.setPredictionCol("guess").save(MODEL.toString());
      System.out.println(spark.version() + " " + model.predictRaw(Vectors.dense(0.5, -1, 2)));
    }
  }

  private static Architecture architecture() {
    return Architecture.perceptron(
        3, List.of(4), 2, Activation.TANH, Optional.of(new Layer.BatchNormalization(0.75, 1e-3)));
  }
}
