package io.syncnorm.dl4j.layer;

import io.syncnorm.nn.Optimizer;
import java.util.Arrays;
import java.util.List;

/**
 * The state of a DL4J network's updater, which the network itself updates with. The count of
 * updates is the network's count of iterations, which continues whatever becomes of the state.
 */
final class NetworkUpdater implements Optimizer {
  private final TrainableNetwork network;
  private final List<float[]> slots;

  NetworkUpdater(TrainableNetwork network) {
    this.network = network;
    this.slots =
        network.updaterState().map(state -> List.of(ArrayValues.floats(state))).orElse(List.of());
  }

  /** Copies the state to {@link #slots}. */
  void copyOut() {
    network
        .updaterState()
        .map(ArrayValues::floats)
        .ifPresent(now -> System.arraycopy(now, 0, slots.get(0), 0, now.length));
  }

  /**
   * @throws UnsupportedOperationException always
   */
  @Override
  public void update(float[] parameters, float[] gradient, float scale) {
    throw new UnsupportedOperationException("DL4J's network updates itself");
  }

  @Override
  public List<float[]> slots() {
    return slots;
  }

  @Override
  public long updates() {
    return network.iterationCount();
  }

  @Override
  public void setUpdates(long updates) {
    network.setIterationCount(Math.toIntExact(updates));
  }

  @Override
  public void reset() {
    slots.forEach(slot -> Arrays.fill(slot, 0f));
  }
}
