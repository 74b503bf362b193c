package io.syncnorm.dl4j;

import io.syncnorm.dl4j.layer.TrainableNetwork;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.StorageType;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.core.util.UIDProvider;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.impl.listeners.VanillaStatsStorageRouter;

/**
 * The user's hooks and listeners that are sent to the ranks: hooks around every mini-batch, and
 * listeners that route their records to a storage.
 */
record RankListeners(List<TrainingHook> hooks, List<RoutingIterationListener> routing)
    implements Serializable {
  private static final long serialVersionUID = 1;

  RankListeners {
    hooks = List.copyOf(hooks);
    routing = List.copyOf(routing);
  }

  /** Returns whether there are neither hooks nor listeners. */
  boolean isEmpty() {
    return hooks.isEmpty() && routing.isEmpty();
  }

  /** Attaches copies of the listeners to a network; they store their records in {@code router}. */
  void attach(TrainableNetwork network, int rank, StatsStorageRouter router) {
    List<TrainingListener> attached = new ArrayList<>();
    for (RoutingIterationListener listener : routing) {
      RoutingIterationListener own = listener.clone();
      own.setSessionID(listener.getSessionID());
      own.setStorageRouter(router);
      own.setWorkerID(UIDProvider.getJVMUID() + "_" + rank);
      attached.add(own);
    }
    network.model().setListeners(attached);
  }

  /** Sends the stored records to the driver. */
  static void send(VanillaStatsStorageRouter router, Consumer<byte[]> report) {
    send(StorageType.MetaData, router.getStorageMetaData(), report);
    send(StorageType.StaticInfo, router.getStaticInfo(), report);
    send(StorageType.Update, router.getUpdates(), report);
  }

  private static void send(
      StorageType storage, List<? extends Persistable> stored, Consumer<byte[]> report) {
    stored.forEach(each -> report.accept(StoredRecord.of(storage, each).encoded()));
  }
}
