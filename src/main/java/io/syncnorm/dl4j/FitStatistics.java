package io.syncnorm.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;
import org.deeplearning4j.spark.stats.BaseEventStats;
import org.deeplearning4j.spark.stats.EventStats;
import org.deeplearning4j.spark.stats.ExampleCountEventStats;

/** Makes DL4J's own training statistics of what the ranks did when. */
final class FitStatistics {
  private FitStatistics() {}

  /** Ranks in the place of DL4J's machines. */
  static CommonSparkTrainingStats of(Map<Integer, Timeline.Events> timelines) {
    List<EventStats> whole = new ArrayList<>();
    List<EventStats> opened = new ArrayList<>();
    List<EventStats> loads = new ArrayList<>();
    List<EventStats> steps = new ArrayList<>();
    timelines.forEach(
        (rank, events) -> {
          whole.add(counted(rank, events.whole()));
          events.opened().forEach(event -> opened.add(plain(rank, event)));
          events.loads().forEach(event -> loads.add(plain(rank, event)));
          events.steps().forEach(event -> steps.add(plain(rank, event)));
        });
    return new CommonSparkTrainingStats.Builder()
        .workerFlatMapTotalTimeMs(whole)
        .workerFlatMapGetInitialModelTimeMs(opened)
        .workerFlatMapDataSetGetTimesMs(loads)
        .workerFlatMapProcessMiniBatchTimesMs(steps)
        .build();
  }

  private static EventStats counted(int rank, Timeline.Event event) {
    return new ExampleCountEventStats(
        "rank " + rank,
        "rank " + rank,
        rank,
        event.startMillis(),
        event.durationMillis(),
        event.rows());
  }

  private static EventStats plain(int rank, Timeline.Event event) {
    return new BaseEventStats(
        "rank " + rank, "rank " + rank, rank, event.startMillis(), event.durationMillis());
  }
}
