package io.syncnorm.dl4j.fused;

import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shape;
import io.syncnorm.dl4j.layer.ArrayValues;
import io.syncnorm.dl4j.layer.RowBatches;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Packs the rows of one partition for the fused engine, in their order and block by block. Rows
 * that cannot be packed end it.
 */
final class PackedPieces implements Iterator<Piece> {
  /** Features, label and position of a block's rows, as floats. */
  private static final int BLOCK_VALUES = 1 << 20;

  private static final int VALUES_BESIDE_FEATURES = 3;

  private final Iterator<MultiDataSet> sets;
  private final RowForm form;
  private final int classes;
  private final Consumer<PackedCounts> counts;

  /** Sizes of all rows' dimensions; empty before the first row. */
  private List<Integer> sizes = List.of();

  private int inputs;
  private float[] features = {};
  private int[] labels = {};

  /** The features of the current data set, {@code [rows, inputs]}. */
  private INDArray flat;

  private final Set<Shape.Kind> kinds = EnumSet.noneOf(Shape.Kind.class);
  private int filled;
  private long packed;
  private MultiDataSet set;
  private long used;
  private Piece next;
  private boolean hasEnded;

  /**
   * Packs rows with one-hot labels of {@code classes}.
   *
   * @param form of the features; the first row tells what it does not
   * @param sets data sets, of which the first feature and label arrays are used
   * @param counts receives the counts after the last piece
   */
  PackedPieces(
      Iterator<MultiDataSet> sets, RowForm form, int classes, Consumer<PackedCounts> counts) {
    this.sets = sets;
    this.form = form;
    this.classes = classes;
    this.counts = counts;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !hasEnded) {
      take();
    }
    return next != null;
  }

  @Override
  public Piece next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the partition has been packed");
    }
    Piece piece = next;
    next = null;
    return piece;
  }

  /** Takes rows of the current data set, or the next data set. */
  private void take() {
    if (set != null && used < RowBatches.rows(set)) {
      int rows = (int) Math.min(labels.length - filled, RowBatches.rows(set) - used);
      if (!classesOf(values(set.getLabels(0), rows), rows)) {
        end("labels are not one-hot");
        return;
      }
      float[] values = values(flat, rows);
      System.arraycopy(values, 0, features, filled * inputs, values.length);
      filled += rows;
      used += rows;
      if (filled == labels.length) {
        pack();
      }
    } else if (sets.hasNext()) {
      set = sets.next();
      used = 0;
      String problem = problem();
      if (!problem.isEmpty()) {
        end(problem);
      }
    } else {
      end("");
    }
  }

  private void end(String problem) {
    hasEnded = true;
    set = null;
    flat = null;
    pack();
    counts.accept(new PackedCounts(packed, sizes, Set.copyOf(kinds), problem));
  }

  /** Packs the rows that have been taken. */
  private void pack() {
    if (filled > 0) {
      Features own = packed(Arrays.copyOf(features, filled * inputs));
      kinds.add(Shape.Kind.of(own));
      Rows rows = new Rows(inputs, own, Arrays.copyOf(labels, filled));
      long[] positions = LongStream.range(packed, packed + filled).toArray();
      next = new Piece(Part.TRAINING, positions, rows);
      packed += filled;
      filled = 0;
    }
  }

  /** The next rows of an array of the current data set. */
  private float[] values(INDArray array, int rows) {
    boolean isAll = rows == array.size(0);
    return ArrayValues.floats(
        isAll
            ? array
            : array.get(NDArrayIndex.interval(used, used + rows), NDArrayIndex.all()).dup('c'));
  }

  private boolean classesOf(float[] oneHot, int rows) {
    for (int row = 0; row < rows; row++) {
      int label = -1;
      for (int j = 0; j < classes; j++) {
        float value = oneHot[row * classes + j];
        if (value == 1f && label < 0) {
          label = j;
        } else if (value != 0f) {
          return false;
        }
      }
      if (label < 0) {
        return false;
      }
      labels[filled + row] = label;
    }
    return true;
  }

  /** Returns why the current data set cannot be packed; prepares to read it otherwise. */
  private String problem() {
    if (set.hasMaskArrays()) {
      return "a data set has masks";
    }
    INDArray x = set.getFeatures(0);
    INDArray y = set.getLabels(0);
    if (x == null || y == null || x.rank() < 2 || y.rank() != 2) {
      return "features must have at least two dimensions, and labels two";
    }
    List<Integer> found = form.sizesOf(x.shape());
    boolean isSame = sizes.isEmpty() || sizes.equals(found);
    if (x.size(0) != y.size(0) || found.isEmpty() || !isSame || y.size(1) != classes) {
      return String.format(
          Locale.ROOT,
          "expected features=%s labels=[rows, %d], found features=%s labels=%s",
          sizes.isEmpty() ? form : new RowForm(form.order(), sizes),
          classes,
          Arrays.toString(x.shape()),
          Arrays.toString(y.shape()));
    }
    if (sizes.isEmpty()) {
      reserve(found);
    }
    flat = x.rank() == 2 ? x : x.reshape('c', x.size(0), inputs);
    return "";
  }

  private void reserve(List<Integer> found) {
    sizes = found;
    inputs = form.dimensions(found).size();
    int rows = Math.max(1, BLOCK_VALUES / (inputs + VALUES_BESIDE_FEATURES));
    features = new float[Math.multiplyExact(rows, inputs)];
    labels = new int[rows];
  }

  /** Returns the values in the smallest form that keeps every bit of them. */
  private static Features packed(float[] values) {
    byte[] bytes = new byte[values.length];
    for (int divisor : new int[] {1, 255}) {
      if (isBytes(values, divisor, bytes)) {
        return new Features.Bytes(bytes, divisor);
      }
    }
    return new Features.Floats(values);
  }

  private static boolean isBytes(float[] values, int divisor, byte[] into) {
    int[] bits = new int[256];
    Arrays.setAll(bits, value -> Float.floatToRawIntBits(value / (float) divisor));
    for (int i = 0; i < values.length; i++) {
      int value = (int) (values[i] * divisor + 0.5f) & 0xff;
      if (bits[value] != Float.floatToRawIntBits(values[i])) {
        return false;
      }
      into[i] = (byte) value;
    }
    return true;
  }
}
