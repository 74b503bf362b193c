package io.syncnorm.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The arithmetic of a multilayer perceptron over one rank's mini-batches.
 *
 * <p>It holds buffers, no knowledge: what is learned lies in the {@link NetworkState} that every
 * call is given. Call order within a step: {@link #forward}, then {@link #backward}; {@link
 * #predict} may stand anywhere between steps.
 *
 * <p>Every rank calls {@link #forward} and {@link #backward} equally often, with zero rows when it
 * has run out: batch normalization meets the other ranks there.
 */
public final class Network {
  /** Whose statistics normalize: the batch's, or the running ones. */
  enum Mode {
    TRAINING,
    INFERENCE
  }

  private final int classes;
  private final int maxRows;
  private final Dense[] dense;
  private final List<HiddenLayer> hidden;
  private final SoftmaxCrossEntropy loss;

  /** {@code [maxRows]}: the weights of rows that are given none. */
  private final float[] ones;

  /**
   * Per layer, {@code [maxRows, out]}: what the dense layer gave, as the hidden layer left it; at
   * last probabilities.
   */
  private final float[][] linear;

  /**
   * Per hidden layer, {@code [maxRows, out]}: after normalization and activation. Without
   * normalization nothing needs the values before activation, and it is {@link #linear} itself.
   */
  private final float[][] active;

  /** Per layer, {@code [maxRows, out]}: gradient of the summed loss by {@link #linear}. */
  private final float[][] gradients;

  /**
   * @param maxRows rows of the largest batch that will be given
   * @param reduction sums over ranks, for the statistics of batch normalization
   */
  public Network(Architecture architecture, int maxRows, RankReduction reduction) {
    this(architecture.stack(), maxRows, reduction);
  }

  /** The same of a network whose layers differ. */
  public Network(Stack stack, int maxRows, RankReduction reduction) {
    ParameterLayout layout = ParameterLayout.of(stack);
    this.classes = stack.classes();
    this.maxRows = maxRows;
    this.loss = new SoftmaxCrossEntropy(classes);
    this.ones = new float[maxRows];
    Arrays.fill(ones, 1f);
    int count = layout.layers().size();
    this.dense = new Dense[count];
    this.hidden = new ArrayList<>();
    this.linear = new float[count][];
    this.active = new float[count - 1][];
    this.gradients = new float[count][];
    for (int i = 0; i < count; i++) {
      ParameterLayout.Layer layer = layout.layers().get(i);
      dense[i] = new Dense(layer);
      linear[i] = new float[Sizes.ofBatch(maxRows, layer.out())];
      gradients[i] = new float[maxRows * layer.out()];
      if (i < count - 1) {
        HiddenLayer between = new HiddenLayer(layer, i, stack.hidden().get(i), maxRows, reduction);
        hidden.add(between);
        active[i] = between.isInPlace() ? linear[i] : new float[maxRows * layer.out()];
      }
    }
  }

  /**
   * Forward pass in training: batch statistics, running ones moved, loss and hits taken.
   *
   * @param x {@code [rows, inputs]}, from {@code xAt} on: rows that lie as they are to be trained
   *     on need not be copied
   * @param labels class of each row
   * @param weights what each row counts in loss, hits and gradient, at least 0
   */
  public void forward(
      NetworkState state, float[] x, int xAt, int[] labels, float[] weights, int rows) {
    checkRows(rows);
    float[] probabilities = probabilities(Mode.TRAINING, state, x, xAt, rows);
    loss.score(probabilities, labels, weights, rows);
  }

  /** The same of rows that weigh 1 each. */
  public void forward(NetworkState state, float[] x, int xAt, int[] labels, int rows) {
    forward(state, x, xAt, labels, ones, rows);
  }

  /** The same of rows at the beginning of {@code x} that weigh 1 each. */
  public void forward(NetworkState state, float[] x, int[] labels, int rows) {
    forward(state, x, 0, labels, ones, rows);
  }

  /**
   * Backward pass of the last {@link #forward}: the gradient of this rank's rows' weighted and
   * <i>summed</i> loss by every parameter. Divide by {@link #weightSum} for the mean.
   *
   * @param x as given to {@link #forward}, like {@code xAt}, {@code labels} and {@code weights}
   * @param gradient flat vector, overwritten; untouched weights where {@code rows == 0}
   */
  public void backward(
      NetworkState state,
      float[] x,
      int xAt,
      int[] labels,
      float[] weights,
      int rows,
      float[] gradient) {
    int last = active.length;
    System.arraycopy(linear[last], 0, gradients[last], 0, rows * classes);
    loss.backward(gradients[last], labels, weights, rows);
    for (int i = last; i >= 0; i--) {
      if (i < last) {
        dense[i + 1].inputGradient(state.parameters(), gradients[i + 1], rows, gradients[i]);
        hidden
            .get(i)
            .backward(state.parameters(), linear[i], active[i], gradients[i], rows, gradient);
      }
      if (rows > 0) {
        float[] input = i == 0 ? x : active[i - 1];
        dense[i].parameterGradient(input, i == 0 ? xAt : 0, gradients[i], rows, gradient);
      }
    }
  }

  /** The same of rows that weigh 1 each. */
  public void backward(
      NetworkState state, float[] x, int xAt, int[] labels, int rows, float[] gradient) {
    backward(state, x, xAt, labels, ones, rows, gradient);
  }

  /** The same of rows at the beginning of {@code x} that weigh 1 each. */
  public void backward(NetworkState state, float[] x, int[] labels, int rows, float[] gradient) {
    backward(state, x, 0, labels, ones, rows, gradient);
  }

  /**
   * Forward pass with running statistics, without touching any other rank.
   *
   * @return probabilities {@code [rows, classes]}; the buffer belongs to the network and lives
   *     until its next call
   */
  public float[] predict(NetworkState state, float[] x, int rows) {
    checkRows(rows);
    return probabilities(Mode.INFERENCE, state, x, 0, rows);
  }

  /**
   * Like {@link #predict}, without the softmax.
   *
   * @return logits {@code [rows, classes]}
   */
  public float[] logits(NetworkState state, float[] x, int rows) {
    checkRows(rows);
    dense[0].forward(state.parameters(), x, 0, rows, linear[0]);
    return logits(Mode.INFERENCE, state, rows);
  }

  /** Like {@link #predict}, and takes loss and hits against {@code labels}. */
  public void evaluate(NetworkState state, float[] x, int[] labels, float[] weights, int rows) {
    loss.score(predict(state, x, rows), labels, weights, rows);
  }

  /** The same with rows that weigh 1 each. */
  public void evaluate(NetworkState state, float[] x, int[] labels, int rows) {
    evaluate(state, x, labels, ones, rows);
  }

  /**
   * The last {@link #evaluate} again with other running statistics: the first layer's products,
   * most of the work, are taken over.
   *
   * @param state with the parameters of that evaluation
   * @throws IllegalStateException if the first hidden layer has no statistics
   */
  public void reevaluate(NetworkState state, int[] labels, float[] weights, int rows) {
    if (hidden.isEmpty() || hidden.get(0).isInPlace()) {
      throw new IllegalStateException("only statistics can differ, and the network has none");
    }
    loss.score(probabilities(Mode.INFERENCE, state, rows), labels, weights, rows);
  }

  /**
   * Marks the hidden units that were not zero for every row of the last {@link #evaluate}.
   *
   * @param alive 1 at each such unit; those of all hidden layers end to end begin at {@code at}
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

  /** Weight of the last forward's or evaluate's rows: their number, where none has its own. */
  public double weightSum() {
    return loss.weightSum();
  }

  private float[] probabilities(Mode mode, NetworkState state, float[] x, int xAt, int rows) {
    dense[0].forward(state.parameters(), x, xAt, rows, linear[0]);
    return probabilities(mode, state, rows);
  }

  /** From what the first dense layer gave. */
  private float[] probabilities(Mode mode, NetworkState state, int rows) {
    float[] z = logits(mode, state, rows);
    loss.probabilities(z, rows);
    return z;
  }

  /** From what the first dense layer gave. */
  private float[] logits(Mode mode, NetworkState state, int rows) {
    int last = active.length;
    for (int i = 0; i < last; i++) {
      hidden.get(i).forward(mode, state, linear[i], rows, active[i]);
      dense[i + 1].forward(state.parameters(), active[i], 0, rows, linear[i + 1]);
    }
    return linear[last];
  }

  private void checkRows(int rows) {
    if (rows < 0 || rows > maxRows) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a batch must have 0 to %d rows: rows=%d", maxRows, rows));
    }
  }
}
