package io.syncnorm.comm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.syncnorm.comm.Tag.Kind;
import org.junit.jupiter.api.Test;

class TagTest {
  @Test
  void shouldDescribePackedTags() {
    assertEquals(
        "epoch 20, step 468, layer 1, forward", Tag.describe(Tag.of(20, 468, 1, Kind.FORWARD)));
    assertEquals(
        "epoch 4095, step 2147483647, layer 65535, backward",
        Tag.describe(Tag.of(4095, Integer.MAX_VALUE, 65535, Kind.BACKWARD)));
    assertEquals("epoch 2, step 5, layer 1, drift", Tag.describe(Tag.of(2, 5, 1, Kind.DRIFT)));
    assertEquals("epoch 1, step 3, averaging", Tag.describe(Tag.of(1, 3, 0, Kind.AVERAGING)));
  }

  @Test
  void shouldDistinguishNeighboringTags() {
    long tag = Tag.of(1, 1, 1, Kind.FORWARD);
    assertNotEquals(tag, Tag.of(2, 1, 1, Kind.FORWARD));
    assertNotEquals(tag, Tag.of(1, 2, 1, Kind.FORWARD));
    assertNotEquals(tag, Tag.of(1, 1, 2, Kind.FORWARD));
    assertNotEquals(tag, Tag.of(1, 1, 1, Kind.BACKWARD));
  }
}
