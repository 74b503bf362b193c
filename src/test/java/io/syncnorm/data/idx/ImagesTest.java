package io.syncnorm.data.idx;

import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.data.shard.RowStore;
import io.syncnorm.data.shard.Shard;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImagesTest {
  @Test
  void shouldKeepTheArraysItIsGiven() {
    byte[] pixels = new byte[12];
    byte[] labels = new byte[2];

    LabelledImages images = new LabelledImages(IdxBytes.grey(2, 2, 3, pixels), labels, List.of());

    assertSame(pixels, IdxBytes.pixels(images.images()));
    assertSame(labels, images.labels());
    assertSame(pixels, ((Features.Bytes) images.rows().features()).values());
  }

  @Test
  void shouldRefuseLengthsThatDisagree() {
    assertRefused(() -> IdxBytes.grey(2, 2, 3, new byte[11]));
    assertRefused(() -> IdxBytes.grey(-1, 2, 3, new byte[0]));
    assertRefused(() -> IdxBytes.grey(0, 0, 3, new byte[0]));
    assertRefused(() -> IdxBytes.grey(0, 1 << 16, 1 << 16, new byte[0]));
    Images one = IdxBytes.grey(1, 1, 1, new byte[1]);
    assertRefused(() -> new LabelledImages(one, new byte[2], List.of()));
    assertRefused(() -> new Rows(3, new Features.Bytes(new byte[8]), new int[3]));
    assertRefused(() -> new Rows(3, new Features.Floats(new float[8]), new int[3]));
    assertRefused(() -> new Rows(0, new Features.Bytes(new byte[0]), new int[3]));
    RowStore rows = RowStore.of(new Rows(3, new Features.Bytes(new byte[3]), new int[1]));
    RowStore others = RowStore.of(new Rows(2, new Features.Bytes(new byte[2]), new int[1]));
    assertRefused(() -> new Shard(0, 1, rows, others));
    assertRefused(() -> new Shard(1, 1, rows, rows));
    assertRefused(() -> new Shard(-1, 1, rows, rows));
  }

  private static void assertRefused(Runnable construction) {
    assertThrows(IllegalArgumentException.class, construction::run);
  }
}
