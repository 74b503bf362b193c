package io.syncnorm.train;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.FloatCodec;
import io.syncnorm.data.Seeds;
import io.syncnorm.nn.Initialization;
import io.syncnorm.nn.NetworkState;
import io.syncnorm.nn.optimizer.Optimizer;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import io.syncnorm.train.telemetry.EpochTotals;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A merged model at a {@link Position}, flat, with everything that training needs to resume. What
 * each rank has of its own, as {@link #besides} says, is in {@link
 * io.syncnorm.train.state.RankStates} beside it. The arrays are the snapshot's own copies, except
 * where training lends its live ones.
 *
 * @param epoch epochs completed; 0 for a fresh model
 * @param step steps of the next epoch that are done; 0 between epochs
 * @param parameters in the order of {@link io.syncnorm.nn.ParameterLayout}
 * @param statistics means and variances to predict with, in the same order
 * @param optimizerSlots state vectors of the optimizer, each as long as the parameters; empty if it
 *     has none
 * @param optimizerUpdates updates made, Adam's t
 * @param outerVelocity velocity of the outer optimizer, as long as the parameters; empty if it has
 *     none
 * @param running the running statistics that training continues with, if {@code statistics} were
 *     recalibrated for predictions only; otherwise empty
 * @param own what the rank that resumes has of its own; {@link RankState#NONE} in a snapshot for
 *     all ranks, and never written
 */
public record Snapshot(
    int epoch,
    int step,
    float[] parameters,
    float[] statistics,
    List<float[]> optimizerSlots,
    long optimizerUpdates,
    float[] outerVelocity,
    float[] running,
    RankState own)
    implements Serializable {
  private static final float[] NONE = {};

  /** Creates a snapshot between epochs that predicts with the running statistics of training. */
  public Snapshot(
      int epoch,
      float[] parameters,
      float[] statistics,
      List<float[]> optimizerSlots,
      long optimizerUpdates,
      float[] outerVelocity) {
    this(
        epoch,
        0,
        parameters,
        statistics,
        optimizerSlots,
        optimizerUpdates,
        outerVelocity,
        NONE,
        RankState.NONE);
  }

  /** The configured network before its first epoch; the same on every rank. */
  public static Snapshot fresh(Configuration configuration, int inputs) {
    Blueprint blueprint = Blueprint.of(configuration, inputs);
    NetworkState state =
        NetworkState.initial(
            blueprint.architecture(),
            Initialization.valueOf(configuration.get(Keys.INITIALIZATION).name()),
            Seeds.mix(configuration.get(Keys.SEED)));
    int parameters = state.parameters().length;
    Optimizer optimizer = blueprint.optimizer().optimizer(parameters);
    return new Snapshot(
        0,
        state.parameters(),
        state.statistics(),
        optimizer.slots(),
        optimizer.updates(),
        freshVelocity(configuration, parameters));
  }

  /** Velocity of the outer optimizer before its first step; empty if it has none. */
  public static float[] freshVelocity(Configuration configuration, int parameterCount) {
    return Merging.outer(configuration, parameterCount).velocity();
  }

  /** Whether the statistics were recalibrated for predictions only. */
  public boolean isForPrediction() {
    return running.length > 0;
  }

  /** The running statistics that training resumes with. */
  public float[] trainingStatistics() {
    return isForPrediction() ? running : statistics;
  }

  /**
   * Writes the snapshot as plain numbers.
   *
   * <pre>
   * epoch [4] step [4] updates [8] | length [4] floats | length [4] floats | slots [4] (length [4] floats)*
   * length [4] floats | length [4] floats
   * </pre>
   */
  public void writeTo(DataOutput out) throws IOException {
    out.writeInt(epoch);
    out.writeInt(step);
    out.writeLong(optimizerUpdates);
    write(out, parameters);
    write(out, statistics);
    out.writeInt(optimizerSlots.size());
    for (float[] slot : optimizerSlots) {
      write(out, slot);
    }
    write(out, outerVelocity);
    write(out, running);
  }

  /**
   * Reads what {@link #writeTo} wrote. No number that is read decides what is allocated.
   *
   * @param like a snapshot of the same network and optimizer
   * @throws IOException if the data ends early or belongs to another network
   */
  public static Snapshot readFrom(DataInput in, Snapshot like) throws IOException {
    int epoch = in.readInt();
    int step = in.readInt();
    long updates = in.readLong();
    float[] parameters = read(in, like.parameters.length, "parameters");
    float[] statistics = read(in, like.statistics.length, "statistics");
    require("optimizer slots", like.optimizerSlots.size(), in.readInt());
    List<float[]> slots = new ArrayList<>();
    for (float[] slot : like.optimizerSlots) {
      slots.add(read(in, slot.length, "optimizer slot"));
    }
    float[] velocity = read(in, like.outerVelocity.length, "outer velocity");
    int aside = in.readInt();
    float[] running = aside == 0 ? NONE : read(in, like.statistics.length, aside, "running");
    return new Snapshot(
        epoch,
        step,
        parameters,
        statistics,
        List.copyOf(slots),
        updates,
        velocity,
        running,
        RankState.NONE);
  }

  /** Where in the training the model is. */
  public Position position() {
    return new Position(epoch, step);
  }

  /** This snapshot as if it were taken at another position, sharing its arrays. */
  public Snapshot at(Position other) {
    return new Snapshot(
        other.epoch(),
        other.step(),
        parameters,
        statistics,
        optimizerSlots,
        optimizerUpdates,
        outerVelocity,
        running,
        own);
  }

  /**
   * What ranks have of their own beside this snapshot. Between epochs that is the optimizer of all
   * ranks but the first, if each keeps its own. Inside an epoch it is each rank's part of the epoch
   * so far and, while gradients are averaged, running statistics that differ.
   *
   * @param hiddenLayers number of hidden layers in the training's results
   */
  public RankState.Shape besides(Configuration configuration, int hiddenLayers, int world) {
    boolean isInside = step > 0;
    boolean areApart = configuration.mergeIn(isInside ? epoch + 1 : epoch) == Keys.Merge.PARAMETERS;
    boolean isKept =
        configuration.get(Keys.OPTIMIZER_STATE) == Keys.OptimizerState.KEEP
            && (isInside || epoch > 0)
            && areApart
            && !optimizerSlots.isEmpty();
    if (!isInside && !isKept) {
      return RankState.Shape.NONE;
    }
    boolean differ = configuration.get(Keys.BATCH_NORM_SYNC).ranksOf(world) < world;
    return new RankState.Shape(
        isInside ? 0 : 1,
        Trainee.COUNTERS,
        isInside ? EpochTotals.length(hiddenLayers) + 1 : 0,
        isKept ? optimizerSlots.stream().map(slot -> slot.length).toList() : List.of(),
        isInside && !areApart && differ ? statistics.length : 0);
  }

  /** This snapshot for the rank with this state, sharing the arrays of both. */
  public Snapshot with(RankState state) {
    return new Snapshot(
        epoch,
        step,
        parameters,
        state.statistics().length == 0 ? statistics : state.statistics(),
        state.slots().isEmpty() ? optimizerSlots : state.slots(),
        state.counters()[0],
        outerVelocity,
        running,
        state);
  }

  /** This snapshot without the state of its optimizers, sharing its arrays. */
  public Snapshot learned() {
    return new Snapshot(
        epoch, step, parameters, statistics, List.of(), 0, NONE, NONE, RankState.NONE);
  }

  /** A snapshot with arrays of its own. */
  Snapshot copy() {
    return new Snapshot(
        epoch,
        step,
        parameters.clone(),
        statistics.clone(),
        optimizerSlots.stream().map(float[]::clone).toList(),
        optimizerUpdates,
        outerVelocity.clone(),
        running.clone(),
        own);
  }

  /** Bytes that {@link #writeTo} writes. */
  public long encodedLength() {
    return encodedLength(running.length);
  }

  /**
   * Maximum bytes that {@link #writeTo} writes for a snapshot of the same network and optimizer.
   */
  public long maxEncodedLength() {
    return encodedLength(statistics.length);
  }

  private long encodedLength(int aside) {
    long floats = (long) parameters.length + statistics.length + outerVelocity.length + aside;
    for (float[] slot : optimizerSlots) {
      floats += slot.length;
    }
    return 4 + 4 + 8 + 4 * (5L + optimizerSlots.size()) + floats * Float.BYTES;
  }

  /**
   * @throws IllegalArgumentException if a vector does not fit the network that resumes from it
   */
  static void requireSame(String what, int expected, int found) {
    if (expected != found) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the snapshot is not of this network: expected %s=%d, found %s=%d",
              what,
              expected,
              what,
              found));
    }
  }

  private static void write(DataOutput out, float[] values) throws IOException {
    out.writeInt(values.length);
    FloatCodec.write(out, values);
  }

  private static float[] read(DataInput in, int length, String what) throws IOException {
    return read(in, length, in.readInt(), what);
  }

  private static float[] read(DataInput in, int length, int found, String what) throws IOException {
    require(what, length, found);
    return FloatCodec.read(in, length);
  }

  private static void require(String what, int expected, int found) throws IOException {
    if (expected != found) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "it is of another network: expected %s=%d, found %d",
              what,
              expected,
              found));
    }
  }

  /** Parameters and statistics only, sharing this snapshot's arrays. */
  public NetworkState state() {
    return new NetworkState(parameters, statistics);
  }
}
