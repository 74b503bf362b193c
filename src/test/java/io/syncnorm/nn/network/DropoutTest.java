package io.syncnorm.nn.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.syncnorm.nn.Dimensions;
import io.syncnorm.nn.Layer;
import io.syncnorm.nn.NetworkState;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropoutTest {
  private static final float[] NONE = {};
  private static final NetworkState STATE = new NetworkState(NONE, NONE);
  private static final int ROWS = 100;
  private static final int SIZE = 1001;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 0.9})
  void shouldDropAtItsRateAndKeepTheExpectation(double rate) {
    float[] y = forward(rate, 7, ones());
    double dropped = 0;
    double sum = 0;
    for (float value : y) {
      dropped += value == 0 ? 1 : 0;
      sum += value;
    }
    // Of 100,100 numbers; five standard deviations.
    double tolerance = 5 * Math.sqrt(rate * (1 - rate) / y.length) + 1e-6;
    assertEquals(rate, dropped / y.length, tolerance);
    assertEquals(1, sum / y.length, tolerance / (1 - rate));
  }

  @Test
  void shouldDrawOneMaskFromOneSeed() {
    float[] first = forward(0.5, 7, ones());
    assertArrayEquals(first, forward(0.5, 7, ones()));
    float[] other = forward(0.5, 8, ones());
    int equal = 0;
    for (int i = 0; i < first.length; i++) {
      equal += first[i] == other[i] ? 1 : 0;
    }
    // Masks of two seeds are independent; five standard deviations.
    assertEquals(0.5, (double) equal / first.length, 5 * 0.5 / Math.sqrt(first.length));
  }

  @Test
  void shouldDropNeighboursIndependently() {
    float[] y = forward(0.5, 7, ones());
    int equal = 0;
    for (int i = 1; i < y.length; i++) {
      equal += y[i] == y[i - 1] ? 1 : 0;
    }
    assertEquals(0.5, (double) equal / (y.length - 1), 5 * 0.5 / Math.sqrt(y.length));
  }

  @Test
  void shouldDropTheGradientWhereItDroppedTheValue() {
    Dropout pass = pass(0.25);
    pass.seed(3);
    float[] y = ones();
    pass.forward(Network.Mode.TRAINING, STATE, y, ROWS, y);
    float[] dy = ones();
    assertSame(LayerPass.NOTHING, pass.backward(NONE, NONE, NONE, dy, ROWS, NONE, dy, () -> {}));
    assertArrayEquals(y, dy);
    float[] dx = new float[dy.length];
    pass.backward(NONE, NONE, NONE, ones(), ROWS, NONE, dx, () -> {});
    assertArrayEquals(y, dx);
  }

  @Test
  void shouldMakeZerosOfWhatIsNotFinite() {
    float[] x = new float[ROWS * SIZE];
    Arrays.fill(x, Float.NaN);
    float[] y = forward(0.5, 7, x);
    float[] mask = forward(0.5, 7, ones());
    for (int i = 0; i < y.length; i++) {
      assertEquals(mask[i] == 0, y[i] == 0);
    }
  }

  @Test
  void shouldBeTheIdentityInInference() {
    float[] x = LayerOracle.gaussians(ROWS * SIZE, 1);
    float[] y = new float[x.length];
    Dropout pass = pass(0.5);
    pass.forward(Network.Mode.INFERENCE, STATE, x, ROWS, y);
    assertArrayEquals(x, y);
    pass.forward(Network.Mode.INFERENCE, STATE, y, ROWS, y);
    assertArrayEquals(x, y);
    assertFalse(Arrays.equals(x, forward(0.5, 1, x.clone())));
  }

  private static float[] forward(double rate, long seed, float[] x) {
    Dropout pass = pass(rate);
    pass.seed(seed);
    float[] y = new float[x.length];
    pass.forward(Network.Mode.TRAINING, STATE, x, ROWS, y);
    return y;
  }

  private static Dropout pass(double rate) {
    return new Dropout(Dimensions.vector(SIZE), new Layer.Dropout(rate));
  }

  private static float[] ones() {
    float[] ones = new float[ROWS * SIZE];
    Arrays.fill(ones, 1f);
    return ones;
  }
}
