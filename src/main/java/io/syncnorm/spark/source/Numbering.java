package io.syncnorm.spark.source;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * The numbers of the first row of each run. Rows are numbered in the order of the runs, whatever
 * partitions they are in.
 */
final class Numbering implements Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * A run in a partition.
   *
   * @param counts of the rows when they were first read
   * @param first number of the first row in its part
   * @param ordinals number of the first row of each label among the rows of that label, up to the
   *     run's largest label
   */
  record Base(RunCounts counts, long first, long[] ordinals) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** Counts the first rows of a run again. */
  @FunctionalInterface
  interface Recount {
    RunCounts of(int partition, Run run, long rows);
  }

  /** A partition and one of its runs. */
  private record Place(int partition, Run run) {}

  /** By partition. */
  private final Map<Integer, Map<Run, Base>> bases = new HashMap<>();

  private final Map<Part, Long> limits = new HashMap<>();
  private final Map<Part, RunCounts> counts = new HashMap<>();

  /**
   * @param ends by partition
   * @param limits number of rows of a part that are used, from the first
   */
  static Numbering of(Map<Integer, Stored.End> ends, ToLongFunction<Part> limits, Recount recount) {
    List<Place> runs = new ArrayList<>();
    new TreeMap<>(ends)
        .forEach((at, end) -> end.runs().keySet().forEach(run -> runs.add(new Place(at, run))));
    runs.sort(Comparator.comparing(Place::run)); // equal runs stay in the order of partitions
    Numbering numbering = new Numbering();
    Map<Part, RunCounts> all = new HashMap<>();
    for (Part part : Part.values()) {
      numbering.limits.put(part, limits.applyAsLong(part));
      numbering.counts.put(part, new RunCounts());
      all.put(part, new RunCounts());
    }
    for (Place place : runs) {
      RunCounts run = ends.get(place.partition()).runs().get(place.run());
      numbering.add(place, run, all.get(place.run().part()), recount);
    }
    return numbering;
  }

  private void add(Place place, RunCounts run, RunCounts before, Recount recount) {
    Part part = place.run().part();
    long[] ordinals = Arrays.copyOf(before.rowsByLabel(), run.rowsByLabel().length);
    bases
        .computeIfAbsent(place.partition(), partition -> new HashMap<>())
        .put(place.run(), new Base(run, before.rows(), ordinals));
    long left = limit(part) - before.rows();
    if (left >= run.rows()) {
      counts.get(part).append(run);
    } else if (left > 0) {
      counts.get(part).append(recount.of(place.partition(), place.run(), left));
    }
    before.append(run);
  }

  /** The counts of the rows of a part that are used. */
  RunCounts counts(Part part) {
    return counts.get(part);
  }

  /** The number of rows of a part that are used, from the first. */
  long limit(Part part) {
    return limits.get(part);
  }

  /** Whether a partition had rows of a part when it was first read. */
  boolean hasRows(int partition, Part part) {
    return bases.getOrDefault(partition, Map.of()).keySet().stream()
        .anyMatch(run -> run.part() == part);
  }

  /**
   * The base of a run.
   *
   * @throws DataException if the partition had no such run when it was first read
   */
  Base base(int partition, Run run) {
    Base base = bases.getOrDefault(partition, Map.of()).get(run);
    if (base == null) {
      throw changed(run, "no rows", "some");
    }
    return base;
  }

  /**
   * @throws DataException if a partition's rows are not those that were first read
   */
  void requireSame(int partition, Stored.End end) {
    end.fault()
        .ifPresent(
            fault -> {
              throw DataException.reported(fault);
            });
    end.runs()
        .forEach(
            (run, now) -> {
              RunCounts before = base(partition, run).counts();
              if (!before.hasSameRows(now)) {
                throw changed(run, before.describe(), now.describe());
              }
            });
    bases
        .getOrDefault(partition, Map.of())
        .forEach(
            (run, base) -> {
              if (!end.runs().containsKey(run)) {
                throw changed(run, base.counts().describe(), "no rows");
              }
            });
  }

  private static DataException changed(Run run, String before, String now) {
    return DataException.of(
        "rows have changed since they were first read",
        run.file().isEmpty() ? "(partition " + run.start() + ")" : run.file(),
        before,
        now,
        "an executor was lost and its rows were read again: use a source that returns the same rows each time, such as files",
        null);
  }
}
