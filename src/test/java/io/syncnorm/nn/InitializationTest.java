package io.syncnorm.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests how weights are drawn. */
class InitializationTest {
  /** A convolution of 5 x 5 over 3 channels, a dense layer and the output layer. */
  private static final Architecture NETWORK =
      new Architecture(
          new Dimensions(12, 12, 3),
          List.of(
              new Layer.Convolution(40, Window.square(5, 1, Window.Fixed.VALID), Layer.Bias.NONE),
              new Layer.BatchNormalization(0.9, 1e-3),
              new Layer.Dense(30, Layer.Bias.TRAINED)),
          10);

  private static final int[] FAN_IN = {75, 2560, 30};
  private static final int[] FAN_OUT = {1000, 30, 10};

  /** A mean or variance of n draws deviates by so many standard errors once in a million times. */
  private static final double ERRORS = 5;

  @ParameterizedTest
  @EnumSource
  void shouldHaveTheVarianceOfTheFansOfEachLayer(Initialization initialization) {
    for (int layer = 0; layer < FAN_IN.length; layer++) {
      float[] weights = weights(initialization, layer, 7);
      double variance = variance(initialization, layer);
      double mean = 0;
      double square = 0;
      for (float weight : weights) {
        mean += weight / (double) weights.length;
        square += weight * (double) weight / weights.length;
      }
      int n = weights.length;
      assertEquals(0, mean, ERRORS * Math.sqrt(variance / n), "layer " + layer);
      // The variance of squares is below that of a normal distribution, 2 variance^2.
      assertEquals(variance, square, ERRORS * variance * Math.sqrt(2.0 / n), "layer " + layer);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GLOROT_UNIFORM, 1.7320508, 0.5774",
    "HE_UNIFORM, 1.7320508, 0.5774",
    "GLOROT_NORMAL, 2.2736749, 0.6505",
    "HE_NORMAL, 2.2736749, 0.6505"
  })
  void shouldFillItsBounds(Initialization initialization, double bound, double withinOne) {
    float[] weights = weights(initialization, 1, 3); // 76800 draws
    double deviation = Math.sqrt(variance(initialization, 1));
    double largest = 0;
    int within = 0;
    for (float weight : weights) {
      largest = Math.max(largest, Math.abs(weight) / deviation);
      within += Math.abs(weight) < deviation ? 1 : 0;
    }
    assertTrue(largest <= bound * 1.000001 && largest > 0.99 * bound, "largest " + largest);
    assertEquals(withinOne, within / (double) weights.length, ERRORS * 0.5 / Math.sqrt(76800));
  }

  /** The formula of all releases so far, and the numbers that they drew with it. */
  @Test
  void shouldDrawTheSameBitsByDefaultAsBefore() {
    float[] parameters = NetworkState.initial(NETWORK, 7).parameters();
    SplittableRandom random = new SplittableRandom(7);
    int layer = 0;
    for (ParameterLayout.Weights each : ParameterLayout.of(NETWORK).weights()) {
      double limit = Math.sqrt(6.0 / (FAN_IN[layer] + FAN_OUT[layer++]));
      for (int i = 0; i < each.in() * each.out(); i++) {
        assertEquals(
            (float) (limit * (2 * random.nextDouble() - 1)), parameters[each.weights() + i]);
      }
    }
    assertArrayEquals(
        parameters, NetworkState.initial(NETWORK, Initialization.GLOROT_UNIFORM, 7).parameters());
    assertEquals(-1594661098, Arrays.hashCode(NetworkState.initial(small(), 7).parameters()));
  }

  /** Normal distributions, too, are the same in every JVM. */
  @ParameterizedTest
  @CsvSource({"GLOROT_NORMAL, -984251043", "HE_UNIFORM, 144791727", "HE_NORMAL, 671474214"})
  void shouldDrawTheBitsOfTheseHashes(Initialization initialization, int hash) {
    assertEquals(
        hash, Arrays.hashCode(NetworkState.initial(small(), initialization, 7).parameters()));
  }

  @ParameterizedTest
  @EnumSource
  void shouldDependOnTheSeedAndDrawWeightsOnly(Initialization initialization) {
    float[] once = NetworkState.initial(NETWORK, initialization, 1).parameters();
    assertArrayEquals(once, NetworkState.initial(NETWORK, initialization, 1).parameters());
    assertFalse(
        Arrays.equals(weights(initialization, 0, 1), weights(initialization, 0, 2)),
        "another seed");

    ParameterLayout layout = ParameterLayout.of(NETWORK);
    ParameterLayout.Normalization norm = layout.normalizations().get(0);
    for (int i = 0; i < norm.features(); i++) {
      assertEquals(1, once[norm.gamma() + i]);
      assertEquals(0, once[norm.beta() + i]);
    }
    int bias = layout.weights().get(1).bias();
    assertArrayEquals(new float[30], Arrays.copyOfRange(once, bias, bias + 30));
  }

  private static double variance(Initialization initialization, int layer) {
    return switch (initialization) {
      case GLOROT_UNIFORM, GLOROT_NORMAL -> 2.0 / (FAN_IN[layer] + FAN_OUT[layer]);
      case HE_UNIFORM, HE_NORMAL -> 2.0 / FAN_IN[layer];
    };
  }

  private static float[] weights(Initialization initialization, int layer, long seed) {
    ParameterLayout.Weights of = ParameterLayout.of(NETWORK).weights().get(layer);
    return Arrays.copyOfRange(
        NetworkState.initial(NETWORK, initialization, seed).parameters(),
        of.weights(),
        of.weights() + of.in() * of.out());
  }

  private static Architecture small() {
    return new Architecture(
        new Dimensions(8, 8, 2),
        List.of(
            new Layer.Convolution(4, Window.square(3, 1, Window.Fixed.VALID), Layer.Bias.TRAINED),
            new Layer.BatchNormalization(0.9, 1e-3),
            new Layer.Flatten(),
            new Layer.Dense(5, Layer.Bias.NONE)),
        3);
  }
}
