package io.syncnorm.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.syncnorm.Slow;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The small form of {@link KilledGrid}. */
@Slow
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class KilledGridTest {
  @TempDir Path folder;

  @Test
  void shouldTrainEveryCellOnceAndBitIdenticallyDespiteKills() throws Exception {
    String found = new KilledGrid(folder, 4, 40).run(2, 1);

    assertTrue(found.startsWith("4 cells, each there once"), found);
  }
}
