package io.syncnorm.data;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ImagesTest {
  @Test
  void shouldKeepTheArraysItIsGiven() {
    byte[] pixels = new byte[12];
    byte[] labels = new byte[2];

    LabelledImages images =
        new LabelledImages(new Images(2, 2, 3, pixels, List.of()), labels, List.of());

    assertSame(pixels, images.pixels());
    assertSame(labels, images.labels());
    assertSame(pixels, ((Features.Bytes) Rows.of(images).features()).values());
  }

  @Test
  void shouldRefuseLengthsThatDisagree() {
    assertRefused(() -> new Images(2, 2, 3, new byte[11], List.of()));
    assertRefused(() -> new Images(-1, 2, 3, new byte[0], List.of()));
    assertRefused(() -> new Images(0, 0, 3, new byte[0], List.of()));
    assertRefused(() -> new Images(0, 1 << 16, 1 << 16, new byte[0], List.of()));
    Images one = new Images(1, 1, 1, new byte[1], List.of());
    assertRefused(() -> new LabelledImages(one, new byte[2], List.of()));
    assertRefused(() -> new Rows(3, new Features.Bytes(new byte[8]), new int[3]));
    assertRefused(() -> new Rows(3, new Features.Floats(new float[8]), new int[3]));
    assertRefused(() -> new Rows(0, new Features.Bytes(new byte[0]), new int[3]));
    Rows rows = new Rows(3, new Features.Bytes(new byte[3]), new int[1]);
    Rows others = new Rows(2, new Features.Bytes(new byte[2]), new int[1]);
    assertRefused(() -> new Shard(0, 1, rows, others));
    assertRefused(() -> new Shard(1, 1, rows, rows));
    assertRefused(() -> new Shard(-1, 1, rows, rows));
  }

  private static void assertRefused(Runnable construction) {
    assertThrows(IllegalArgumentException.class, construction::run);
  }
}
