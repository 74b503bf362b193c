package io.syncnorm.data.idx;

import io.syncnorm.data.Features;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** Creates valid and invalid IDX files. */
public final class IdxBytes {
  static final int IMAGES_MAGIC = 0x00000803;
  static final int LABELS_MAGIC = 0x00000801;

  private IdxBytes() {}

  static byte[] images(int count, int height, int width, byte[] pixels) {
    return ByteBuffer.allocate(16 + pixels.length)
        .putInt(IMAGES_MAGIC)
        .putInt(count)
        .putInt(height)
        .putInt(width)
        .put(pixels)
        .array();
  }

  static byte[] labels(int count, byte[] labels) {
    return ByteBuffer.allocate(8 + labels.length)
        .putInt(LABELS_MAGIC)
        .putInt(count)
        .put(labels)
        .array();
  }

  /** A file of any type. */
  public static byte[] of(IdxType type, int[] sizes, double... values) {
    int code =
        switch (type) {
          case UBYTE -> 0x08;
          case BYTE -> 0x09;
          case SHORT -> 0x0b;
          case INT -> 0x0c;
          case FLOAT -> 0x0d;
          case DOUBLE -> 0x0e;
        };
    ByteBuffer file =
        ByteBuffer.allocate(4 + 4 * sizes.length + type.bytes() * values.length)
            .putInt(code << 8 | sizes.length);
    for (int size : sizes) {
      file.putInt(size);
    }
    for (double value : values) {
      switch (type) {
        case UBYTE, BYTE -> file.put((byte) (int) value);
        case SHORT -> file.putShort((short) value);
        case INT -> file.putInt((int) value);
        case FLOAT -> file.putFloat((float) value);
        case DOUBLE -> file.putDouble(value);
        default -> throw new IllegalArgumentException("type=" + type);
      }
    }
    return file.array();
  }

  static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  static byte[] gzip(byte[] bytes) {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream();
        GZIPOutputStream packed = new GZIPOutputStream(out)) {
      packed.write(bytes);
      packed.finish();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  static String write(Path directory, String name, byte[] bytes) {
    try {
      return Files.write(directory.resolve(name), bytes).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Labelled images in which every row is unique: pixels 0 and 1 are the row's number, high byte
   * first; the other pixels and the label are derived from it.
   */
  public static LabelledImages numbered(int count, int height, int width) {
    int length = height * width;
    byte[] pixels = new byte[count * length];
    byte[] labels = new byte[count];
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < length; i++) {
        pixels[row * length + i] = (byte) (i == 0 ? row >> 8 : row * i);
      }
      labels[row] = (byte) (row * 7);
    }
    return new LabelledImages(grey(count, height, width, pixels), labels, List.of());
  }

  /** Gray images, created in memory. */
  public static Images grey(int count, int height, int width, byte[] pixels) {
    return new Images(
        count, List.of(height, width), IdxType.UBYTE, new Features.Bytes(pixels), List.of());
  }

  /** The pixels of gray images. */
  public static byte[] pixels(Images images) {
    return ((Features.Bytes) images.values()).values();
  }

  /** The number of a row of {@link #numbered}. */
  public static int number(byte[] pixels, int from) {
    return (pixels[from] & 0xff) << 8 | (pixels[from + 1] & 0xff);
  }
}
