package io.syncnorm.report.html;

import io.syncnorm.report.GridGroup;
import io.syncnorm.report.Sample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Differences along an axis, between pairs of cells that differ in nothing else, seed included. */
final class GridDifferences {
  /** Maximum number of rows shown. */
  private static final int MOST_ROWS = 60;

  private GridDifferences() {}

  /**
   * One step along an axis.
   *
   * @param elsewhere the other coordinates; empty for all combined
   * @param differences test accuracy at {@code to} minus that at {@code from}, pair by pair
   */
  record Step(
      String axis, String from, String to, Map<String, String> elsewhere, Sample differences) {

    /** The number of pairs with a gain. */
    long gains() {
      return Arrays.stream(differences.values()).filter(d -> d > 0).count();
    }
  }

  /** Returns the steps from the first value of each axis to each of the others. */
  static List<Step> of(List<GridGroup> groups) {
    List<Step> steps = new ArrayList<>();
    GridGroup.axes(groups)
        .forEach(
            (axis, values) ->
                values.stream()
                    .skip(1)
                    .forEach(to -> steps.addAll(steps(groups, axis, values.get(0), to))));
    return steps.stream().limit(MOST_ROWS).toList();
  }

  private static List<Step> steps(List<GridGroup> groups, String axis, String from, String to) {
    List<Step> steps = new ArrayList<>();
    DoubleStream.Builder all = DoubleStream.builder();
    for (GridGroup group : groups) {
      if (!from.equals(group.coordinates().get(axis))) {
        continue;
      }
      Map<String, String> partner = new LinkedHashMap<>(group.coordinates());
      partner.put(axis, to);
      for (GridGroup other : groups) {
        if (other.coordinates().equals(partner)) {
          double[] differences = paired(group, other);
          Arrays.stream(differences).forEach(all);
          steps.add(new Step(axis, from, to, group.elsewhere(axis), new Sample(differences)));
        }
      }
    }
    if (steps.size() > 1) {
      steps.add(new Step(axis, from, to, Map.of(), new Sample(all.build().toArray())));
    }
    return steps;
  }

  private static double[] paired(GridGroup from, GridGroup to) {
    Map<String, Double> bySeed = new LinkedHashMap<>();
    from.members().forEach(m -> bySeed.put(m.cell().seed(), m.model().testAccuracy()));
    return to.members().stream()
        .filter(member -> bySeed.containsKey(member.cell().seed()))
        .mapToDouble(member -> member.model().testAccuracy() - bySeed.get(member.cell().seed()))
        .toArray();
  }
}
