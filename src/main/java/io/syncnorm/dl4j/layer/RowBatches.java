package io.syncnorm.dl4j.layer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Regroups the rows of data sets of any size into mini-batches of a fixed size. Only the last
 * mini-batch may be smaller. No row is dropped, and rows keep their order.
 */
public final class RowBatches implements Iterator<MultiDataSet> {
  private final Iterator<MultiDataSet> source;
  private final int batchSize;
  private final TrainableNetwork.Arity arity;
  private MultiDataSet current;
  private MultiDataSet loaded;
  private long used;
  private long found;

  /**
   * Creates mini-batches.
   *
   * @param arity numbers of arrays that each data set must have
   */
  public RowBatches(Iterator<MultiDataSet> source, int batchSize, TrainableNetwork.Arity arity) {
    this.source = source;
    this.batchSize = batchSize;
    this.arity = arity;
  }

  /** Returns the number of rows of a data set. */
  public static long rows(MultiDataSet data) {
    return data.getFeatures(0).size(0);
  }

  /** Loads the next mini-batch in advance, if there is one. */
  public void load() {
    if (loaded == null && hasNext()) {
      loaded = next();
    }
  }

  /**
   * Returns whether there is another mini-batch.
   *
   * @throws IllegalArgumentException if the next data set does not fit the network
   */
  @Override
  public boolean hasNext() {
    if (loaded != null) {
      return true;
    }
    while (current == null || used == rows(current)) {
      if (!source.hasNext()) {
        return false;
      }
      current = checked(source.next());
      used = 0;
    }
    return true;
  }

  @Override
  public MultiDataSet next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no more rows");
    }
    if (loaded != null) {
      MultiDataSet first = loaded;
      loaded = null;
      return first;
    }
    List<MultiDataSet> parts = new ArrayList<>();
    long missing = batchSize;
    while (missing > 0 && hasNext()) {
      long take = Math.min(missing, rows(current) - used);
      parts.add(part(current, used, used + take));
      used += take;
      missing -= take;
    }
    return parts.size() == 1 ? parts.get(0) : org.nd4j.linalg.dataset.MultiDataSet.merge(parts);
  }

  private MultiDataSet checked(MultiDataSet data) {
    found++;
    INDArray[] features = data.getFeatures();
    INDArray[] labels = data.getLabels();
    if (count(features) != arity.features() || count(labels) != arity.labels()) {
      throw refused(
          String.format(
              Locale.ROOT,
              "the network expects arrays of features=%d labels=%d, found features=%d labels=%d",
              arity.features(),
              arity.labels(),
              count(features),
              count(labels)));
    }
    long rows = rows(data);
    for (INDArray array : concat(features, labels)) {
      if (array == null || array.size(0) != rows) {
        throw refused(
            String.format(
                Locale.ROOT,
                "all its arrays must have rows=%d like the first, found shapes features=%s labels=%s",
                rows,
                shapes(features),
                shapes(labels)));
      }
    }
    return data;
  }

  private IllegalArgumentException refused(String why) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "data set %d of this rank's partition cannot be trained on: %s",
            found,
            why));
  }

  private static MultiDataSet part(MultiDataSet data, long from, long to) {
    if (from == 0 && to == rows(data)) {
      return data;
    }
    return new org.nd4j.linalg.dataset.MultiDataSet(
        parts(data.getFeatures(), from, to),
        parts(data.getLabels(), from, to),
        parts(data.getFeaturesMaskArrays(), from, to),
        parts(data.getLabelsMaskArrays(), from, to));
  }

  private static INDArray[] parts(INDArray[] arrays, long from, long to) {
    return arrays == null
        ? null
        : Arrays.stream(arrays).map(array -> part(array, from, to)).toArray(INDArray[]::new);
  }

  private static INDArray part(INDArray array, long from, long to) {
    if (array == null) {
      return null;
    }
    INDArrayIndex[] indexes = new INDArrayIndex[array.rank()];
    Arrays.fill(indexes, NDArrayIndex.all());
    indexes[0] = NDArrayIndex.interval(from, to);
    // A copy, because not all DL4J layers accept views, and merging copies anyway.
    return array.get(indexes).dup();
  }

  private static int count(INDArray[] arrays) {
    return arrays == null ? 0 : arrays.length;
  }

  private static List<INDArray> concat(INDArray[] first, INDArray[] second) {
    List<INDArray> all = new ArrayList<>(Arrays.asList(first));
    all.addAll(Arrays.asList(second));
    return all;
  }

  private static String shapes(INDArray[] arrays) {
    return Arrays.stream(arrays)
        .map(array -> array == null ? "none" : Arrays.toString(array.shape()))
        .toList()
        .toString();
  }
}
