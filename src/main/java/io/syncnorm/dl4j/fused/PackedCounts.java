package io.syncnorm.dl4j.fused;

import io.syncnorm.data.Shape;
import java.io.Serializable;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;

/**
 * What the driver knows of a partition's packed rows.
 *
 * @param rows number of rows
 * @param kinds kinds of features of its blocks
 * @param problem why the next row cannot be packed; empty if all rows are
 */
record PackedCounts(long rows, Set<Shape.Kind> kinds, String problem) implements Serializable {
  private static final long serialVersionUID = 1;

  /** The shape of each rank's rows, but for their number. */
  static Shape shape(int inputs, Collection<PackedCounts> partitions) {
    Set<Shape.Kind> all = EnumSet.noneOf(Shape.Kind.class);
    partitions.forEach(partition -> all.addAll(partition.kinds()));
    Shape.Kind kind = all.size() == 1 ? all.iterator().next() : Shape.Kind.FLOATS;
    return Shape.dense(inputs, kind, false, 0);
  }
}
