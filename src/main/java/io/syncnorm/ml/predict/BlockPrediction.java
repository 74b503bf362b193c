package io.syncnorm.ml.predict;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.Blas;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Network;
import io.syncnorm.spark.ScalaCollections;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection$;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import scala.runtime.AbstractFunction1;

/**
 * Predicts the rows of a partition in blocks: a block of rows needs one matrix product per layer,
 * while single rows would be limited by reading the weights. A block of sparse vectors is never
 * made dense.
 */
public final class BlockPrediction
    extends AbstractFunction1<scala.collection.Iterator<Object>, scala.collection.Iterator<Object>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Memory limit in bytes for a block's rows, and again for the values computed from them. */
  private static final long BLOCK_BYTES = 1 << 25;

  private static final int VECTOR_FIELDS = 4;

  private final Model model;
  private final Input input;
  private final Appended appended;

  /**
   * The network and its settings.
   *
   * @param blockSize maximum number of rows in a block
   * @param thresholds thresholds of the classes; empty if the most probable class is the prediction
   */
  public record Model(
      Architecture architecture, NetworkState state, int blockSize, double[] thresholds)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Returns the number of dense rows that are predicted at once: fewer for wide rows. */
    int rowsOfBlock() {
      return rowsOfBlock(architecture.inputs());
    }

    /** Returns the number of sparse rows that are predicted at once. */
    int sparseRowsOfBlock() {
      return rowsOfBlock(0);
    }

    private int rowsOfBlock(int values) {
      long between = architecture.valuesOfRow() - architecture.inputs();
      // A network has up to four arrays of each layer's width.
      long bytesOfRow = Float.BYTES * (values + 4 * between);
      return (int) Math.max(1, Math.min(blockSize, BLOCK_BYTES / bytesOfRow));
    }
  }

  /**
   * The input rows.
   *
   * @param types types of their columns
   * @param featuresAt position of the features in a row
   * @param column name of the features' column, for error messages
   */
  public record Input(StructType types, int featuresAt, String column) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** The columns to append, in this order; a column that is off is not computed. */
  public record Appended(boolean rawPrediction, boolean probability, boolean prediction)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    public int count() {
      return (rawPrediction ? 1 : 0) + (probability ? 1 : 0) + (prediction ? 1 : 0);
    }
  }

  public BlockPrediction(Model model, Input input, Appended appended) {
    this.model = model;
    this.input = input;
    this.appended = appended;
  }

  @Override
  public scala.collection.Iterator<Object> apply(scala.collection.Iterator<Object> rows) {
    Blas.instance().useOneThread();
    return ScalaCollections.iterator(new Blocks(ScalaCollections.javaIterator(rows)));
  }

  private final class Blocks implements Iterator<Object> {
    private final Iterator<Object> rows;
    private final Architecture architecture = model.architecture();
    private final int denseRows = model.rowsOfBlock();
    private final UnsafeRow[] block = new UnsafeRow[model.sparseRowsOfBlock()];
    private final Object[] vectors = new Object[block.length];
    private final SparseBlock sparse = new SparseBlock(architecture.inputs(), block.length);
    private final Network network = new Network(architecture, block.length, RankReduction.NONE);
    private final UnsafeProjection pack = UnsafeProjection$.MODULE$.create(input.types());
    private final UserDefinedType<?> type = (UserDefinedType<?>) SQLDataTypes.VectorType();
    private float[] x; // of dense rows, once there are any
    private float[] logits;
    private int filled;
    private int next;

    Blocks(Iterator<Object> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return next < filled || rows.hasNext();
    }

    @Override
    public Object next() {
      if (next == filled) {
        fill();
      }
      InternalRow predicted = predicted(next * architecture.classes());
      UnsafeRow row = block[next];
      block[next++] = null;
      return new JoinedRow(row, predicted);
    }

    private void fill() {
      filled = 0;
      next = 0;
      long bytes = 0;
      long stored = 0;
      boolean isSparse = false;
      while (filled < (isSparse ? block.length : denseRows)
          && bytes < BLOCK_BYTES
          && rows.hasNext()) {
        UnsafeRow row = pack.apply((InternalRow) rows.next()).copy();
        vectors[filled] = features(row);
        stored += SparseBlock.storedValues(vectors[filled]);
        block[filled++] = row;
        bytes += row.getSizeInBytes();
        isSparse = filled > denseRows || sparse.isWorthIt(stored, filled);
      }
      if (filled == 0) {
        throw new NoSuchElementException("the partition has no more rows");
      }
      logits = isSparse ? sparseLogits() : denseLogits();
      Arrays.fill(vectors, 0, filled, null);
    }

    private float[] sparseLogits() {
      return network.logits(model.state(), sparse.of(vectors, filled, input.column()));
    }

    private float[] denseLogits() {
      int inputs = architecture.inputs();
      if (x == null) {
        x = new float[denseRows * inputs];
      }
      for (int row = 0; row < filled; row++) {
        FeatureRows.copy(vectors[row], inputs, x, row * inputs, input.column());
      }
      return network.logits(model.state(), x, filled);
    }

    private Object features(UnsafeRow row) {
      int at = input.featuresAt();
      return row.isNullAt(at) ? null : type.deserialize(row.getStruct(at, VECTOR_FIELDS));
    }

    private InternalRow predicted(int at) {
      Object[] values = new Object[appended.count()];
      int column = 0;
      double[] z = new double[architecture.classes()];
      for (int j = 0; j < z.length; j++) {
        z[j] = logits[at + j];
      }
      if (appended.rawPrediction()) {
        values[column++] = serialized(z.clone());
      }
      double[] thresholds = model.thresholds();
      boolean byProbability = thresholds.length > 0 && appended.prediction();
      if (appended.probability() || byProbability) {
        Softmax.inPlace(z);
      }
      if (appended.probability()) {
        values[column++] = serialized(z);
      }
      if (appended.prediction()) {
        values[column] =
            (double) (byProbability ? Softmax.argMax(z, thresholds) : Softmax.argMax(z));
      }
      return new GenericInternalRow(values);
    }

    @SuppressWarnings("unchecked") // the type of vectors is package private in Scala
    private Object serialized(double[] values) {
      return ((UserDefinedType<Vector>) type).serialize(new DenseVector(values));
    }
  }
}
