package io.syncnorm.dl4j.file;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Seeds;
import io.syncnorm.data.shard.MiniBatches;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.dl4j.layer.LayerTrainee;
import io.syncnorm.model.FeatureNormalizer;
import io.syncnorm.train.Blueprint;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The rows of a shard in DL4J's form: normalized features {@code [rows, inputs]} and one-hot
 * labels. The object is also the iterator over the mini-batches of the current epoch.
 */
final class ImageRows implements LayerTrainee.LayerRows, Iterator<MultiDataSet> {
  private final MiniBatches batches;
  private final int batchSize;
  private final int classes;
  private final long seed;
  private final int rank;
  private final FeatureNormalizer normalizer;
  private int rows;

  ImageRows(Configuration configuration, Shard shard, FeatureNormalizer normalizer) {
    this.batches = Blueprint.batches(configuration, shard);
    this.batchSize = configuration.get(Keys.BATCH_SIZE);
    this.classes = configuration.classes();
    this.seed = configuration.get(Keys.SEED);
    this.rank = shard.rank();
    this.normalizer = normalizer;
  }

  @Override
  public Iterator<MultiDataSet> epoch(int epoch) {
    return epoch(epoch, 0);
  }

  @Override
  public Iterator<MultiDataSet> epoch(int epoch, int skipped) {
    // Seeded by the position alone, so that a resumed run draws the same numbers.
    Nd4j.getRandom().setSeed(Seeds.mix(seed, rank, epoch));
    batches.startEpoch(epoch, (long) skipped * batchSize);
    rows = batches.next();
    return this;
  }

  @Override
  public void reseed(int epoch, int step) {
    Nd4j.getRandom().setSeed(Seeds.mix(seed, rank, epoch, step));
  }

  @Override
  public boolean hasNext() {
    return rows > 0;
  }

  @Override
  public MultiDataSet next() {
    if (rows == 0) {
      throw new NoSuchElementException("the epoch has no more mini-batches");
    }
    float[] oneHot = new float[rows * classes];
    for (int row = 0; row < rows; row++) {
      oneHot[row * classes + batches.labels()[row]] = 1;
    }
    MultiDataSet batch =
        new org.nd4j.linalg.dataset.MultiDataSet(
            array(features(batches, rows), batches.rowLength()), array(oneHot, classes));
    rows = batches.next();
    return batch;
  }

  @Override
  public float[] features(MiniBatches from, int count) {
    float[] features = LayerTrainee.LayerRows.super.features(from, count);
    normalizer.apply(features, count, from.rowLength());
    return features;
  }

  @Override
  public void close() {
    batches.close();
  }

  private INDArray array(float[] values, int columns) {
    return Nd4j.createFromArray(values).reshape(rows, columns);
  }
}
