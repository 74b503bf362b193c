package io.syncnorm.dl4j.fused;

import io.syncnorm.data.Shape;
import java.io.Serializable;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What the driver knows of a partition's packed rows.
 *
 * @param rows number of rows
 * @param sizes sizes of a row's dimensions; empty without rows
 * @param kinds kinds of features of its blocks
 * @param problem why the next row cannot be packed; empty if all rows are
 */
record PackedCounts(long rows, List<Integer> sizes, Set<Shape.Kind> kinds, String problem)
    implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * The sizes of all rows' dimensions; empty without rows.
   *
   * @throws NotFusedException if they differ
   */
  static List<Integer> sizes(Collection<PackedCounts> partitions) {
    List<List<Integer>> all =
        partitions.stream()
            .map(PackedCounts::sizes)
            .filter(sizes -> !sizes.isEmpty())
            .distinct()
            .toList();
    if (all.size() > 1) {
      throw new NotFusedException("images have different sizes: " + all);
    }
    return all.isEmpty() ? List.of() : all.get(0);
  }

  /** The shape of each rank's rows, but for their number. */
  static Shape shape(int inputs, Collection<PackedCounts> partitions) {
    Set<Shape.Kind> all = EnumSet.noneOf(Shape.Kind.class);
    partitions.forEach(partition -> all.addAll(partition.kinds()));
    Shape.Kind kind = all.size() == 1 ? all.iterator().next() : Shape.Kind.FLOATS;
    return Shape.dense(inputs, kind, false, 0);
  }
}
