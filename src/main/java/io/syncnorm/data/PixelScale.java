package io.syncnorm.data;

/** The one place where pixels become features: unsigned byte / 255, in [0, 1]. */
public final class PixelScale {
  private static final float[] FEATURE_OF_PIXEL = table();

  private PixelScale() {}

  /**
   * Converts {@code count} pixels starting at {@code pixels[from]} to features starting at {@code
   * features[to]}. Allocates nothing.
   *
   * @throws IndexOutOfBoundsException when either array is too short
   */
  public static void toFeatures(byte[] pixels, int from, float[] features, int to, int count) {
    float[] table = FEATURE_OF_PIXEL; // A local keeps the load of the field out of the loop.
    for (int i = 0; i < count; i++) {
      features[to + i] = table[pixels[from + i] & 0xff];
    }
  }

  private static float[] table() {
    float[] table = new float[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = i / 255f;
    }
    return table;
  }
}
