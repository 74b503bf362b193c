package io.syncnorm.dl4j.fused;

import java.util.List;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;

/**
 * Where the state of DL4J's updater lies. DL4J keeps Adam's state block by block, where a block is
 * a run of parameters with one rule:
 *
 * <pre>
 * first moments of the block | second moments of the block
 * </pre>
 */
final class FusedUpdater {
  private FusedUpdater() {}

  /**
   * Reads DL4J's state into an optimizer's slots.
   *
   * @param places of each fused parameter in DL4J's flat vector
   */
  static void load(
      BaseMultiLayerUpdater<?> updater, int[] places, float[] state, List<float[]> slots) {
    for (int i = 0; i < places.length; i++) {
      UpdaterBlock block = block(updater, places[i]);
      for (int slot = 0; slot < slots.size(); slot++) {
        slots.get(slot)[i] = state[at(block, places[i], slot)];
      }
    }
  }

  /** Writes an optimizer's slots back. */
  static void store(
      BaseMultiLayerUpdater<?> updater, int[] places, List<float[]> slots, float[] state) {
    for (int i = 0; i < places.length; i++) {
      UpdaterBlock block = block(updater, places[i]);
      for (int slot = 0; slot < slots.size(); slot++) {
        state[at(block, places[i], slot)] = slots.get(slot)[i];
      }
    }
  }

  private static int at(UpdaterBlock block, int place, int slot) {
    int length = block.getParamOffsetEnd() - block.getParamOffsetStart();
    return block.getUpdaterViewOffsetStart() + slot * length + place - block.getParamOffsetStart();
  }

  private static UpdaterBlock block(BaseMultiLayerUpdater<?> updater, int place) {
    for (UpdaterBlock block : updater.getUpdaterBlocks()) {
      if (place >= block.getParamOffsetStart() && place < block.getParamOffsetEnd()) {
        return block;
      }
    }
    throw new IllegalStateException("no updater block holds the parameter at " + place);
  }
}
