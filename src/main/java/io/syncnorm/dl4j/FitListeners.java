package io.syncnorm.dl4j;

import io.syncnorm.dl4j.layer.TrainableNetwork;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/**
 * The user's training listeners. Listeners that route to a storage run on the ranks, where the
 * mini-batches are, and their records are sent to the driver. All others are called on the driver
 * with the merged network.
 */
final class FitListeners {
  private final List<TrainingListener> onDriver = new ArrayList<>();
  private final List<RoutingIterationListener> onRanks = new ArrayList<>();
  private Optional<StatsStorageRouter> router = Optional.empty();

  /** Replaces all listeners and resets the storage; {@code null} removes all listeners. */
  void set(Collection<TrainingListener> listeners) {
    onDriver.clear();
    onRanks.clear();
    router = Optional.empty();
    for (TrainingListener listener : listeners == null ? List.<TrainingListener>of() : listeners) {
      if (listener instanceof RoutingIterationListener routing) {
        onRanks.add(routing);
      } else {
        onDriver.add(listener);
      }
    }
  }

  /** Sets the storage of all records; with {@code null} each listener uses its own storage. */
  void route(StatsStorageRouter to) {
    router = Optional.ofNullable(to);
  }

  List<RoutingIterationListener> onRanks() {
    return List.copyOf(onRanks);
  }

  void before(TrainableNetwork network) {
    onDriver.forEach(listener -> listener.onEpochStart(network.model()));
  }

  void after(TrainableNetwork network, List<StoredRecord> records) {
    for (StatsStorageRouter storage : storages()) {
      records.forEach(stored -> stored.putInto(storage));
    }
    for (TrainingListener listener : onDriver) {
      listener.iterationDone(network.model(), network.iterationCount(), network.epochCount());
      listener.onEpochEnd(network.model());
    }
  }

  private List<StatsStorageRouter> storages() {
    if (router.isPresent()) {
      return List.of(router.get());
    }
    return onRanks.stream()
        .map(RoutingIterationListener::getStorageRouter)
        .filter(storage -> storage != null)
        .distinct()
        .toList();
  }
}
