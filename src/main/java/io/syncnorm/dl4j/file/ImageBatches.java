package io.syncnorm.dl4j.file;

import io.syncnorm.data.MiniBatches;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** One epoch's mini-batches as DL4J takes them: features {@code [rows, inputs]}, one-hot labels. */
final class ImageBatches implements Iterator<MultiDataSet> {
  private final MiniBatches batches;
  private final int classes;
  private final FeatureNormalizer normalizer;
  private int rows;

  /**
   * @param batches at the first mini-batch of an epoch
   */
  ImageBatches(MiniBatches batches, int classes, FeatureNormalizer normalizer) {
    this.batches = batches;
    this.classes = classes;
    this.normalizer = normalizer;
    this.rows = batches.next();
  }

  @Override
  public boolean hasNext() {
    return rows > 0;
  }

  @Override
  public MultiDataSet next() {
    if (rows == 0) {
      throw new NoSuchElementException("the epoch is over");
    }
    float[] features = features(batches, rows, normalizer);
    float[] oneHot = new float[rows * classes];
    for (int row = 0; row < rows; row++) {
      oneHot[row * classes + batches.labels()[row]] = 1;
    }
    MultiDataSet batch =
        new org.nd4j.linalg.dataset.MultiDataSet(
            array(features, rows, batches.rowLength()), array(oneHot, rows, classes));
    rows = batches.next();
    return batch;
  }

  /** Features of the mini-batch that rows are at, normalized. */
  static float[] features(MiniBatches batches, int rows, FeatureNormalizer normalizer) {
    int inputs = batches.rowLength();
    int at = batches.featuresAt();
    float[] features = Arrays.copyOfRange(batches.features(), at, at + rows * inputs);
    normalizer.apply(features, rows, inputs);
    return features;
  }

  private static INDArray array(float[] values, int rows, int columns) {
    return Nd4j.createFromArray(values).reshape(rows, columns);
  }
}
