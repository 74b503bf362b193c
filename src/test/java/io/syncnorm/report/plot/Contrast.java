package io.syncnorm.report.plot;

import java.awt.Color;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Computes how well colors can be distinguished. */
public final class Contrast {
  /** Linear RGB as seen without cones for red; Machado, Oliveira and Fernandes 2009. */
  static final double[][] PROTANOPIA = {
    {0.152286, 1.052583, -0.204868},
    {0.114503, 0.786281, 0.099216},
    {-0.003882, -0.048116, 1.051998}
  };

  /** Linear RGB as seen without cones for green; same source. */
  static final double[][] DEUTERANOPIA = {
    {0.367322, 0.860646, -0.227968},
    {0.280085, 0.672501, 0.047413},
    {-0.011820, 0.042940, 0.968881}
  };

  /** Linear RGB to XYZ, each relative to white (D65). */
  private static final double[][] XYZ = {
    {0.4339, 0.3762, 0.1899},
    {0.2126, 0.7152, 0.0722},
    {0.0177, 0.1095, 0.8728}
  };

  private Contrast() {}

  /** Returns WCAG's contrast ratio, from 1 to 21. */
  public static double of(Color one, Color other) {
    double first = product(XYZ, linear(one))[1];
    double second = product(XYZ, linear(other))[1];
    return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
  }

  /** Returns the distance in CIELAB as seen by eyes with a deficiency. */
  public static double distance(Color one, Color other, double[][] eyes) {
    double[] a = lab(product(eyes, linear(one)));
    double[] b = lab(product(eyes, linear(other)));
    return Math.sqrt(
        Math.pow(a[0] - b[0], 2) + Math.pow(a[1] - b[1], 2) + Math.pow(a[2] - b[2], 2));
  }

  /** Returns a color laid over another with an opacity. */
  public static Color mixed(double[] over, Color under, double opacity) {
    float[] below = under.getRGBColorComponents(null);
    double[] mixed = new double[3];
    Arrays.setAll(mixed, i -> opacity * over[i] / 255 + (1 - opacity) * below[i]);
    return new Color((float) mixed[0], (float) mixed[1], (float) mixed[2]);
  }

  /** Returns the color of a variable in a style sheet. */
  public static Color variable(String css, String name) {
    return Color.decode(value(css, name));
  }

  public static double number(String css, String name) {
    return number(css, name, 1)[0];
  }

  public static double[] number(String css, String name, int count) {
    double[] numbers =
        Arrays.stream(value(css, name).split(" ")).mapToDouble(Double::parseDouble).toArray();
    return Arrays.copyOf(numbers, count);
  }

  private static String value(String css, String name) {
    Matcher matcher = Pattern.compile("--" + name + ": ([^;]+);").matcher(css);
    if (!matcher.find()) {
      throw new AssertionError("missing variable: " + name);
    }
    return matcher.group(1);
  }

  private static double[] linear(Color colour) {
    float[] components = colour.getRGBColorComponents(null);
    double[] linear = new double[3];
    Arrays.setAll(
        linear,
        i ->
            components[i] <= 0.04045
                ? components[i] / 12.92
                : Math.pow((components[i] + 0.055) / 1.055, 2.4));
    return linear;
  }

  private static double[] product(double[][] matrix, double[] vector) {
    double[] product = new double[3];
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        product[i] += matrix[i][j] * vector[j];
      }
    }
    return product;
  }

  private static double[] lab(double[] linear) {
    double[] f =
        Arrays.stream(product(XYZ, linear))
            .map(v -> Math.max(0, v))
            .map(v -> v > 0.008856 ? Math.cbrt(v) : 7.787 * v + 16.0 / 116)
            .toArray();
    return new double[] {116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])};
  }
}
