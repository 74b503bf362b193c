package io.syncnorm.dl4j;

import io.syncnorm.data.MiniBatches;
import io.syncnorm.nn.Sizes;
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
  private final float[] features;
  private final int[] labels;
  private int rows;

  /**
   * @param batches at the first mini-batch of an epoch
   */
  ImageBatches(MiniBatches batches, int classes, FeatureNormalizer normalizer) {
    this.batches = batches;
    this.classes = classes;
    this.normalizer = normalizer;
    this.features = new float[Sizes.ofBatch(batches.batchSize(), batches.rowLength())];
    this.labels = new int[batches.batchSize()];
    advance();
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
    INDArray x = array(features, rows, batches.rowLength());
    float[] oneHot = new float[rows * classes];
    for (int row = 0; row < rows; row++) {
      oneHot[row * classes + labels[row]] = 1;
    }
    MultiDataSet batch = new org.nd4j.linalg.dataset.MultiDataSet(x, array(oneHot, rows, classes));
    advance();
    return batch;
  }

  private static INDArray array(float[] values, int rows, int columns) {
    return Nd4j.createFromArray(Arrays.copyOf(values, rows * columns)).reshape(rows, columns);
  }

  private void advance() {
    rows = batches.next(features, labels);
    normalizer.apply(features, rows, batches.rowLength());
  }
}
