package io.syncnorm.ml;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.Network;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.Sizes;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Appends predictions to the rows of a partition, block by block: a block of rows is one matrix
 * product per layer, where single rows would be bound by reading the weights.
 *
 * @param featuresAt position of the features in a row
 * @param column what messages call them
 * @param thresholds of the classes; empty where the most probable class is the prediction
 * @param appended the columns to append
 */
record BlockPrediction(
    Architecture architecture,
    NetworkState state,
    int blockSize,
    int featuresAt,
    String column,
    double[] thresholds,
    Appended appended)
    implements MapPartitionsFunction<Row, Row> {

  /** Which columns are appended, in this order: a switched-off one is not computed. */
  record Appended(boolean rawPrediction, boolean probability, boolean prediction)
      implements java.io.Serializable {
    int count() {
      return (rawPrediction ? 1 : 0) + (probability ? 1 : 0) + (prediction ? 1 : 0);
    }
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    Blas.instance().useOneThread();
    return new Blocks(rows);
  }

  private final class Blocks implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final Row[] block = new Row[blockSize];
    private final float[] x = new float[Sizes.ofBatch(blockSize, architecture.inputs())];
    private final Network network = new Network(architecture, blockSize, RankReduction.NONE);
    private float[] logits;
    private int filled;
    private int next;

    Blocks(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return next < filled || rows.hasNext();
    }

    @Override
    public Row next() {
      if (next == filled) {
        fill();
      }
      Row row = appendTo(block[next], next * architecture.classes());
      next++;
      return row;
    }

    private void fill() {
      filled = 0;
      next = 0;
      while (filled < blockSize && rows.hasNext()) {
        block[filled] = rows.next();
        int at = filled * architecture.inputs();
        FeatureRows.copy(block[filled].get(featuresAt), architecture.inputs(), x, at, column);
        filled++;
      }
      if (filled == 0) {
        throw new NoSuchElementException("the partition has no more rows");
      }
      logits = network.logits(state, x, filled);
    }

    private Row appendTo(Row row, int at) {
      Object[] values = new Object[row.length() + appended.count()];
      int next = 0;
      for (; next < row.length(); next++) {
        values[next] = row.get(next);
      }
      double[] z = new double[architecture.classes()];
      for (int j = 0; j < z.length; j++) {
        z[j] = logits[at + j];
      }
      if (appended.rawPrediction()) {
        values[next++] = new DenseVector(z.clone());
      }
      boolean byProbability = thresholds.length > 0 && appended.prediction();
      if (appended.probability() || byProbability) {
        Softmax.inPlace(z);
      }
      if (appended.probability()) {
        values[next++] = new DenseVector(z);
      }
      if (appended.prediction()) {
        values[next] = (double) (byProbability ? Softmax.argMax(z, thresholds) : Softmax.argMax(z));
      }
      return RowFactory.create(values);
    }
  }
}
