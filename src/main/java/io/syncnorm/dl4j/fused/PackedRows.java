package io.syncnorm.dl4j.fused;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import io.syncnorm.dl4j.layer.ArrayValues;
import io.syncnorm.dl4j.layer.RowBatches;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The rows of one partition, packed for the fused engine. They are on the heap, where Spark can
 * track and persist them.
 *
 * @param problem why the rows could not be packed; empty if they were
 */
public record PackedRows(Rows rows, String problem) implements Serializable {
  private static final long serialVersionUID = 1;

  /**
   * Packs rows of {@code inputs} features with one-hot labels of {@code classes}.
   *
   * @param sets data sets, of which the first feature and label arrays are used
   */
  static PackedRows of(Iterator<MultiDataSet> sets, int inputs, int classes) {
    float[] features = new float[0];
    int[] labels = new int[0];
    int count = 0;
    while (sets.hasNext()) {
      MultiDataSet set = sets.next();
      String problem = problem(set, inputs, classes);
      if (!problem.isEmpty()) {
        return failed(inputs, problem);
      }
      int rows = Math.toIntExact(RowBatches.rows(set));
      if ((long) (count + rows) * inputs > Integer.MAX_VALUE - 8) {
        return failed(
            inputs, "a partition has more values than fit into one array; use more workers");
      }
      features = atLeast(features, (count + rows) * inputs);
      labels = Arrays.copyOf(labels, Math.max(labels.length, count + rows));
      float[] values = ArrayValues.floats(set.getFeatures(0));
      System.arraycopy(values, 0, features, count * inputs, values.length);
      if (!classesOf(ArrayValues.floats(set.getLabels(0)), classes, labels, count)) {
        return failed(inputs, "labels are not one-hot");
      }
      count += rows;
      labels = count == labels.length ? Arrays.copyOf(labels, 2 * count) : labels;
    }
    return new PackedRows(
        new Rows(
            inputs,
            new Features.Floats(Arrays.copyOf(features, count * inputs)),
            Arrays.copyOf(labels, count)),
        "");
  }

  private static PackedRows failed(int inputs, String problem) {
    return new PackedRows(Rows.none(inputs), problem);
  }

  private static String problem(MultiDataSet set, int inputs, int classes) {
    if (set.hasMaskArrays()) {
      return "a data set has masks";
    }
    INDArray x = set.getFeatures(0);
    INDArray y = set.getLabels(0);
    if (x == null || y == null || x.rank() != 2 || y.rank() != 2) {
      return "features and labels must have two dimensions";
    }
    if (x.size(0) != y.size(0) || x.size(1) != inputs || y.size(1) != classes) {
      return String.format(
          Locale.ROOT,
          "expected features=[rows, %d] labels=[rows, %d], found features=%s labels=%s",
          inputs,
          classes,
          Arrays.toString(x.shape()),
          Arrays.toString(y.shape()));
    }
    return "";
  }

  private static float[] atLeast(float[] array, int length) {
    if (array.length >= length) {
      return array;
    }
    long enough = Math.min(Integer.MAX_VALUE - 8L, Math.max(length, array.length * 3L / 2));
    return Arrays.copyOf(array, (int) enough);
  }

  private static boolean classesOf(float[] oneHot, int classes, int[] labels, int from) {
    for (int row = 0; row < oneHot.length / classes; row++) {
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
      labels[from + row] = label;
    }
    return true;
  }
}
