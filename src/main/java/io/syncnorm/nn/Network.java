package io.syncnorm.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The arithmetic of a multilayer perceptron over one rank's mini-batches.
 *
 * <p>It holds only buffers; the learned values are in the {@link NetworkState} passed to every
 * call. Call order within a step: {@link #forward}, then {@link #backward}; {@link
 * #predict(NetworkState, MiniBatch)} may be called anywhere between steps.
 *
 * <p>Every rank calls {@link #forward} and {@link #backward} equally often, with zero rows if it
 * has run out: batch normalization exchanges statistics with the other ranks there.
 */
public final class Network {
  private static final float[] NONE = {};
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  /**
   * The statistics used for normalization: those of the batch in training, the running ones in
   * inference.
   */
  enum Mode {
    TRAINING,
    INFERENCE
  }

  private final int classes;
  private final int maxRows;
  private final Dense[] dense;
  private final List<HiddenLayer> hidden;
  private final SoftmaxCrossEntropy loss;

  /**
   * Per layer, {@code [maxRows, out]}: the dense layer's outputs, possibly overwritten by the
   * hidden layer; in the last layer probabilities.
   */
  private final float[][] linear;

  /**
   * Per hidden layer, {@code [maxRows, out]}: after normalization and activation. Without
   * normalization the values before activation are not needed, and it is {@link #linear} itself.
   */
  private final float[][] active;

  /**
   * Per layer, {@code [maxRows, out]}: gradient of the summed loss with respect to {@link #linear}.
   */
  private final float[][] gradients;

  /** The gradient vector whose part for the first layer's weights is known to be zero, if any. */
  private float[] cleared = NONE;

  /**
   * @param maxRows rows of the largest batch
   * @param reduction reduces the statistics of batch normalization over ranks
   */
  public Network(Architecture architecture, int maxRows, RankReduction reduction) {
    ParameterLayout layout = ParameterLayout.of(architecture);
    this.classes = architecture.classes();
    this.maxRows = maxRows;
    this.loss = new SoftmaxCrossEntropy(classes);
    int count = layout.layers().size();
    this.dense = new Dense[count];
    this.hidden = new ArrayList<>();
    this.linear = new float[count][];
    this.active = new float[count - 1][];
    this.gradients = new float[count][];
    for (int i = 0; i < count; i++) {
      ParameterLayout.Layer layer = layout.layers().get(i);
      dense[i] = new Dense(layer);
      linear[i] = new float[elements(maxRows, layer.out())];
      gradients[i] = new float[linear[i].length];
      if (i < count - 1) {
        Architecture.Hidden settings = architecture.hidden().get(i);
        HiddenLayer between = new HiddenLayer(layer, i, settings, maxRows, reduction);
        hidden.add(between);
        active[i] = between.isInPlace() ? linear[i] : new float[linear[i].length];
      }
    }
  }

  /**
   * Forward pass in training: normalizes with batch statistics, updates the running ones, and
   * computes loss and correct count.
   */
  public void forward(NetworkState state, MiniBatch batch) {
    score(Mode.TRAINING, state, batch);
  }

  /**
   * Backward pass of the last {@link #forward}: the gradient of this rank's rows' weighted and
   * <i>summed</i> loss with respect to every parameter. Divide by {@link #weightSum} for the mean.
   *
   * @param batch the batch that was passed to {@link #forward}
   * @param gradient flat vector, overwritten; without rows its entries for dense layers are
   *     unchanged
   */
  public void backward(NetworkState state, MiniBatch batch, float[] gradient) {
    int rows = batch.count();
    int last = active.length;
    if (batch.isSparse() && rows > 0 && cleared != gradient) {
      dense[0].clear(gradient);
    }
    cleared = NONE;
    System.arraycopy(linear[last], 0, gradients[last], 0, rows * classes);
    loss.backward(gradients[last], batch);
    for (int i = last - 1; i >= 0; i--) {
      Dense above = dense[i + 1];
      float[] dy = gradients[i + 1];
      above.inputGradient(state.parameters(), dy, rows, gradients[i]);
      Runnable meanwhile = above.deferredGradient(active[i], dy, rows, gradient);
      hidden
          .get(i)
          .backward(
              state.parameters(), linear[i], active[i], gradients[i], rows, gradient, meanwhile);
    }
    if (rows > 0) {
      dense[0].parameterGradient(batch, gradients[0], gradient);
    }
  }

  /**
   * Clears what the last {@link #backward} wrote for the inputs of a sparse batch; no effect for a
   * dense one. The next backward pass with this vector then does not clear the weights of all
   * inputs, which takes a quarter of a step with a million of them.
   *
   * @param batch the batch that was passed to {@link #backward}
   * @param gradient the vector that was passed to it, unchanged since
   */
  public void clear(MiniBatch batch, float[] gradient) {
    if (batch.isSparse() && batch.count() > 0) {
      dense[0].clear(batch, gradient);
      cleared = gradient;
    }
  }

  /**
   * Forward pass with running statistics, without communication.
   *
   * @return probabilities {@code [rows, classes]}; the buffer belongs to the network and is valid
   *     until its next call
   */
  public float[] predict(NetworkState state, float[] x, int rows) {
    multiplyFirst(state, x, rows);
    return probabilities(Mode.INFERENCE, state, rows);
  }

  /**
   * Forward pass with running statistics, without communication; labels and weights are not read.
   *
   * @return probabilities {@code [rows, classes]}; the buffer belongs to the network and is valid
   *     until its next call
   */
  public float[] predict(NetworkState state, MiniBatch batch) {
    multiplyFirst(state, batch);
    return probabilities(Mode.INFERENCE, state, batch.count());
  }

  /**
   * Forward pass with running statistics, like {@link #predict(NetworkState, float[], int)},
   * without the softmax.
   *
   * @return logits {@code [rows, classes]}
   */
  public float[] logits(NetworkState state, float[] x, int rows) {
    multiplyFirst(state, x, rows);
    return logits(Mode.INFERENCE, state, rows);
  }

  /**
   * Forward pass with running statistics, like {@link #predict(NetworkState, MiniBatch)}, without
   * the softmax.
   *
   * @return logits {@code [rows, classes]}
   */
  public float[] logits(NetworkState state, MiniBatch batch) {
    multiplyFirst(state, batch);
    return logits(Mode.INFERENCE, state, batch.count());
  }

  /** Forward pass with running statistics that computes loss and correct count. */
  public void evaluate(NetworkState state, MiniBatch batch) {
    score(Mode.INFERENCE, state, batch);
  }

  /**
   * Repeats the last {@link #evaluate} with other running statistics. It reuses the first layer's
   * products, which are most of the work.
   *
   * @param state has the parameters of that evaluation
   * @throws IllegalStateException if the first hidden layer has no statistics
   */
  public void reevaluate(NetworkState state, MiniBatch batch) {
    if (hidden.isEmpty() || hidden.get(0).isInPlace()) {
      throw new IllegalStateException("only statistics can differ, and the network has none");
    }
    loss.score(probabilities(Mode.INFERENCE, state, batch.count()), batch);
  }

  /**
   * Marks the hidden units that were nonzero for some row of the last {@link #evaluate}.
   *
   * @param alive set to 1 for each such unit; the units of all hidden layers, end to end, begin at
   *     {@code at}
   */
  public void markAlive(double[] alive, int at, int rows) {
    int unit = at;
    for (int i = 0; i < active.length; i++) {
      int width = hidden.get(i).width();
      for (int j = 0; j < width; j++) {
        if (alive[unit] == 0 && isAlive(active[i], j, width, rows)) {
          alive[unit] = 1;
        }
        unit++;
      }
    }
  }

  private static boolean isAlive(float[] outputs, int column, int width, int rows) {
    for (int row = 0; row < rows; row++) {
      if (outputs[row * width + column] != 0f) {
        return true;
      }
    }
    return false;
  }

  /** Loss of the last forward or evaluate, weighted and summed over its rows, in nats. */
  public double lossSum() {
    return loss.lossSum();
  }

  /** Weight of the last forward's or evaluate's rows whose most probable class was their label. */
  public double correct() {
    return loss.correct();
  }

  /** Weight of the last forward's or evaluate's rows; their number if rows have no weights. */
  public double weightSum() {
    return loss.weightSum();
  }

  private void score(Mode mode, NetworkState state, MiniBatch batch) {
    multiplyFirst(state, batch);
    loss.score(probabilities(mode, state, batch.count()), batch);
  }

  private void multiplyFirst(NetworkState state, MiniBatch batch) {
    requireRows(batch.count());
    dense[0].forward(state.parameters(), batch, linear[0]);
  }

  private void multiplyFirst(NetworkState state, float[] x, int rows) {
    requireRows(rows);
    dense[0].forward(state.parameters(), x, 0, rows, linear[0]);
  }

  private void requireRows(int rows) {
    if (rows < 0 || rows > maxRows) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a batch must have 0 to %d rows: rows=%d", maxRows, rows));
    }
  }

  /** Continues from the first dense layer's outputs. */
  private float[] probabilities(Mode mode, NetworkState state, int rows) {
    float[] z = logits(mode, state, rows);
    loss.probabilities(z, rows);
    return z;
  }

  /** Continues from the first dense layer's outputs. */
  private float[] logits(Mode mode, NetworkState state, int rows) {
    int last = active.length;
    for (int i = 0; i < last; i++) {
      hidden.get(i).forward(mode, state, linear[i], rows, active[i]);
      dense[i + 1].forward(state.parameters(), active[i], 0, rows, linear[i + 1]);
    }
    return linear[last];
  }

  /** Elements of a batch, {@code [rows, width]}. */
  private static int elements(int rows, int width) {
    long elements = (long) rows * width;
    if (elements > MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch does not fit into one array: expected rows<=%d of width=%d, found rows=%d;"
                  + " make batches smaller",
              MAX_ELEMENTS / width,
              width,
              rows));
    }
    return (int) elements;
  }
}
