package io.syncnorm.nn.network;

import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.MiniBatch;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.RankReduction;
import io.syncnorm.nn.network.Chain.Link;
import java.util.List;
import java.util.Locale;

/**
 * The arithmetic of a chain of layers over one rank's mini-batches.
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

  /**
   * The statistics used for normalization: those of the batch in training, the running ones in
   * inference.
   */
  enum Mode {
    TRAINING,
    INFERENCE
  }

  private final Architecture architecture;
  private final int maxRows;
  private final List<Link> links;

  /** The lowest layer with parameters: below it nobody needs a gradient. */
  private final int lowest;

  /** The first normalization; -1 if there is none. */
  private final int normalization;

  private final Backpropagation backpropagation;
  private final SoftmaxCrossEntropy loss;

  /** Shows rows without labels. */
  private final MiniBatch unlabelled;

  /** The gradient vector whose part for the first layer's weights is known to be zero, if any. */
  private float[] cleared = NONE;

  /**
   * @param maxRows rows of the largest batch
   * @param reduction reduces the statistics of batch normalization over ranks
   */
  public Network(Architecture architecture, int maxRows, RankReduction reduction) {
    Chain chain = new Chain(architecture, maxRows, reduction);
    this.architecture = architecture;
    this.maxRows = maxRows;
    this.links = chain.links();
    this.lowest = chain.first(pass -> pass.hasWeights() || pass.isExchanging());
    this.normalization = chain.first(LayerPass::isExchanging);
    this.backpropagation = new Backpropagation(chain.longest());
    this.loss = new SoftmaxCrossEntropy(architecture.classes());
    this.unlabelled = new MiniBatch(NONE, new int[maxRows], NONE);
  }

  /** Sets the seed of the next {@link #forward}'s random numbers. */
  public void seed(long seed) {
    for (int i = 0; i < links.size(); i++) {
      links.get(i).pass().seed(seed + i);
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
   * @param gradient flat vector, overwritten; without rows its entries for weights and biases are
   *     unchanged
   */
  public void backward(NetworkState state, MiniBatch batch, float[] gradient) {
    int rows = batch.count();
    Link first = links.get(0);
    if (batch.isSparse()
        && rows > 0
        && cleared != gradient
        && first.pass() instanceof Dense dense) {
      dense.clear(gradient);
    }
    cleared = NONE;
    float[] probabilities = links.get(links.size() - 1).y();
    float[] dy = backpropagation.start();
    System.arraycopy(probabilities, 0, dy, 0, rows * architecture.classes());
    loss.backward(dy, batch);
    for (int i = links.size() - 1; i > 0 && i >= lowest; i--) {
      backpropagation.pass(links.get(i), state.parameters(), rows, gradient, i == lowest);
    }
    if (lowest == 0 && first.pass() instanceof InputPass reading) {
      dy = backpropagation.end();
      if (rows > 0) {
        reading.parameterGradient(batch, dy, gradient);
      }
    } else if (lowest == 0) {
      backpropagation.pass(first, state.parameters(), rows, gradient, true);
    }
    backpropagation.end();
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
    if (batch.isSparse() && batch.count() > 0 && links.get(0).pass() instanceof Dense dense) {
      dense.clear(batch, gradient);
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
    return predict(state, unlabelled(x, rows));
  }

  /**
   * Forward pass with running statistics, without communication; labels and weights are not read.
   *
   * @return probabilities {@code [rows, classes]}; the buffer belongs to the network and is valid
   *     until its next call
   */
  public float[] predict(NetworkState state, MiniBatch batch) {
    return probabilities(logits(Mode.INFERENCE, state, batch), batch.count());
  }

  /**
   * Forward pass with running statistics, like {@link #predict(NetworkState, float[], int)},
   * without the softmax.
   *
   * @return logits {@code [rows, classes]}
   */
  public float[] logits(NetworkState state, float[] x, int rows) {
    return logits(state, unlabelled(x, rows));
  }

  /**
   * Forward pass with running statistics, like {@link #predict(NetworkState, MiniBatch)}, without
   * the softmax.
   *
   * @return logits {@code [rows, classes]}
   */
  public float[] logits(NetworkState state, MiniBatch batch) {
    return logits(Mode.INFERENCE, state, batch);
  }

  /** Forward pass with running statistics that computes loss and correct count. */
  public void evaluate(NetworkState state, MiniBatch batch) {
    score(Mode.INFERENCE, state, batch);
  }

  /**
   * Repeats the last {@link #evaluate} with other running statistics. It starts with the first
   * normalization: what is before it is most of the work.
   *
   * @param state has the parameters of that evaluation
   * @throws IllegalStateException if the network has no normalization
   */
  public void reevaluate(NetworkState state, MiniBatch batch) {
    if (normalization < 0) {
      throw new IllegalStateException("only statistics can differ, and the network has none");
    }
    int rows = batch.count();
    loss.score(probabilities(logits(Mode.INFERENCE, state, rows, normalization), rows), batch);
  }

  /**
   * Marks the hidden units that were nonzero for some row of the last {@link #evaluate}; of a
   * convolution a unit is a filter, and nonzero if it is at some position.
   *
   * @param alive set to 1 for each such unit; the units of {@link Architecture#widths}, end to end,
   *     begin at {@code at}
   */
  public void markAlive(double[] alive, int at, int rows) {
    int unit = at;
    int units = 0;
    for (Link link : links) {
      if (!link.pass().hasWeights()) {
        continue;
      }
      for (int j = 0; j < units; j++) {
        if (alive[unit] == 0 && isAlive(link.x(), j, units, rows * link.input().size())) {
          alive[unit] = 1;
        }
        unit++;
      }
      units = link.output().channels();
    }
  }

  private static boolean isAlive(float[] outputs, int unit, int units, int length) {
    for (int i = unit; i < length; i += units) {
      if (outputs[i] != 0f) {
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
    loss.score(probabilities(logits(mode, state, batch), batch.count()), batch);
  }

  private MiniBatch unlabelled(float[] x, int rows) {
    requireRows(rows);
    return unlabelled.show(x, 0, rows);
  }

  private void requireRows(int rows) {
    if (rows < 0 || rows > maxRows) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "a batch must have 0 to %d rows: rows=%d", maxRows, rows));
    }
  }

  private float[] probabilities(float[] logits, int rows) {
    loss.probabilities(logits, rows);
    return logits;
  }

  private float[] logits(Mode mode, NetworkState state, MiniBatch batch) {
    requireRows(batch.count());
    Link first = links.get(0);
    if (first.pass() instanceof InputPass reading) {
      reading.forward(state.parameters(), batch, first.y());
      return logits(mode, state, batch.count(), 1);
    }
    batch.copyTo(first.x(), architecture.inputs());
    return logits(mode, state, batch.count(), 0);
  }

  /** Passes the layers from {@code at} on. */
  private float[] logits(Mode mode, NetworkState state, int rows, int at) {
    for (int i = at; i < links.size(); i++) {
      links.get(i).forward(mode, state, rows);
    }
    return links.get(links.size() - 1).y();
  }
}
