package io.syncnorm.dl4j;

import io.syncnorm.nn.Adam;
import io.syncnorm.nn.Optimizer;
import io.syncnorm.nn.Sgd;
import java.io.Serializable;
import java.util.List;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;

/**
 * One updater for all layers, as the fused engine knows it.
 *
 * <p>DL4J keeps Adam's state block by block, where a block is a run of parameters with one rule:
 *
 * <pre>
 * first moments of the block | second moments of the block
 * </pre>
 */
sealed interface FusedUpdater extends Serializable {
  Optimizer optimizer(int parameters);

  /** Adam. */
  record AdamRule(double learningRate, double beta1, double beta2, double epsilon)
      implements FusedUpdater {
    private static final long serialVersionUID = 1;

    @Override
    public Optimizer optimizer(int parameters) {
      return new Adam(parameters, learningRate, beta1, beta2, epsilon);
    }
  }

  /** Plain SGD. */
  record SgdRule(double learningRate) implements FusedUpdater {
    private static final long serialVersionUID = 1;

    @Override
    public Optimizer optimizer(int parameters) {
      return new Sgd(learningRate);
    }
  }

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
