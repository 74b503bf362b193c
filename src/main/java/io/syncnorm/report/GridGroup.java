package io.syncnorm.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Measurements that differ only in the seed.
 *
 * @param number from 1, in the order of the plan; identifies the group in plots
 * @param coordinates values on all axes except the seed and, if cells train several models, the
 *     name of the model under {@link #MODEL}
 */
public record GridGroup(int number, Map<String, String> coordinates, List<Member> members) {
  public static final String MODEL = "model";

  /** A model of a cell. */
  public record Member(GridPage.Cell cell, ModelResult model) {
    public List<EpochMetrics> epochs() {
      return cell.epochs().stream().filter(row -> row.model().equals(model.name())).toList();
    }
  }

  /** Returns the groups of all finished cells. */
  public static List<GridGroup> of(GridPage page) {
    Map<Map<String, String>, List<Member>> groups = new LinkedHashMap<>();
    for (GridPage.Cell cell : page.cells()) {
      for (ModelResult model : cell.models()) {
        Map<String, String> key = new LinkedHashMap<>(cell.coordinates());
        key.remove(GridPage.SEED);
        if (cell.models().size() > 1) {
          key.put(MODEL, model.name());
        }
        groups.computeIfAbsent(key, k -> new ArrayList<>()).add(new Member(cell, model));
      }
    }
    List<GridGroup> numbered = new ArrayList<>();
    groups.forEach((key, list) -> numbered.add(new GridGroup(numbered.size() + 1, key, list)));
    return numbered;
  }

  public Sample sample(ToDoubleFunction<Member> value) {
    return new Sample(members.stream().mapToDouble(value).toArray());
  }

  public Sample accuracy() {
    return sample(member -> member.model().testAccuracy());
  }

  /** {@code #3}, as in the table. */
  public String shortName() {
    return "#" + number;
  }

  /** {@code #3 sync=local, batch-size=2}: keys are shortened to their last part. */
  public String title() {
    return shortName() + " " + label(coordinates);
  }

  public static String label(Map<String, String> coordinates) {
    return coordinates.entrySet().stream()
        .map(entry -> shortKey(entry.getKey()) + "=" + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  public static String shortKey(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** The values of the groups on each axis, in the order in which they appear. */
  public static Map<String, List<String>> axes(List<GridGroup> groups) {
    Map<String, Set<String>> axes = new LinkedHashMap<>();
    for (GridGroup group : groups) {
      group.coordinates.forEach(
          (axis, value) -> axes.computeIfAbsent(axis, key -> new LinkedHashSet<>()).add(value));
    }
    Map<String, List<String>> lists = new LinkedHashMap<>();
    axes.forEach((axis, values) -> lists.put(axis, List.copyOf(values)));
    return lists;
  }

  /** Returns the coordinates on all other axes. */
  public Map<String, String> elsewhere(String axis) {
    Map<String, String> others = new LinkedHashMap<>(coordinates);
    others.remove(axis);
    return others;
  }

  /** The mean times of all epochs of all members; its epoch number is the group's number. */
  public EpochMetrics meanEpoch() {
    return new EpochMetrics(
        title(),
        number,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        meanOfEpochs(EpochMetrics::seconds),
        meanOfEpochs(EpochMetrics::computeSeconds),
        meanOfEpochs(EpochMetrics::syncSeconds),
        meanOfEpochs(EpochMetrics::waitSeconds),
        meanOfEpochs(EpochMetrics::averageSeconds),
        EpochDetails.NONE);
  }

  private double meanOfEpochs(ToDoubleFunction<EpochMetrics> figure) {
    return members.stream()
        .flatMap(member -> member.epochs().stream())
        .mapToDouble(figure)
        .average()
        .orElse(Double.NaN);
  }

  /** The number of hidden layers whose drift was measured. */
  public int hiddenLayers() {
    return lastEpochs().mapToInt(row -> row.details().layers().size()).max().orElse(0);
  }

  /**
   * The mean of a metric of one hidden layer in the last epoch of all members.
   *
   * @param layer counted from 0
   */
  public double meanOfLayer(int layer, ToDoubleFunction<LayerMetrics> figure) {
    return lastEpochs()
        .map(row -> row.details().layers())
        .filter(layers -> layer < layers.size())
        .mapToDouble(layers -> figure.applyAsDouble(layers.get(layer)))
        .average()
        .orElse(Double.NaN);
  }

  private Stream<EpochMetrics> lastEpochs() {
    return members.stream()
        .map(Member::epochs)
        .filter(epochs -> !epochs.isEmpty())
        .map(epochs -> epochs.get(epochs.size() - 1));
  }
}
