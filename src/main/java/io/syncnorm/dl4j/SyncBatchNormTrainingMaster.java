package io.syncnorm.dl4j;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.Period;
import io.syncnorm.config.WorldSize;
import io.syncnorm.dl4j.fused.PackedCache;
import io.syncnorm.dl4j.layer.RowSource;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import io.syncnorm.spark.Interruption;
import io.syncnorm.train.EpochResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;

/**
 * A DL4J training master whose workers synchronize their batch statistics at every mini-batch, and
 * average their models as DL4J's {@code ParameterAveragingTrainingMaster} does:
 *
 * <pre>{@code
 * TrainingMaster<?, ?> master = new SyncBatchNormTrainingMaster.Builder(128).build();
 * MultiLayerNetwork trained = new SparkDl4jMultiLayer(spark, configuration, master).fit(rdd);
 * }</pre>
 *
 * <p>The network uses DL4J's own {@code BatchNormalization}. It is converted on the workers only,
 * and remains a plain DL4J network on the driver. One {@code fit} is one epoch over the RDD's rows
 * in the order of its partitions, in mini-batches of a fixed size, whatever the size of the data
 * sets. An RDD with one partition per worker is read in place; any other is dealt to the workers in
 * a shuffle.
 *
 * <p>The driver's network changes only at the end of a fit; if a fit fails, it is unchanged. Its
 * iteration count grows by the number of steps of each worker. {@code score} is the mean training
 * loss over the epoch's rows. Training listeners are called on the driver with the merged network,
 * once per fit. Only listeners that route to a storage ({@code StatsListener}) are called for each
 * mini-batch on the workers, as hooks are.
 *
 * <p>Use it on the driver, from one thread at a time.
 */
public final class SyncBatchNormTrainingMaster extends FittingMaster {
  private MasterSettings settings;
  private final List<TrainingHook> hooks = new ArrayList<>();
  private final FitListeners listeners = new FitListeners();
  private final PackedCache packed = new PackedCache();
  private final CarriedState carried = new CarriedState();
  private Optional<EpochResult> lastEpoch = Optional.empty();
  private CommonSparkTrainingStats statistics;

  private SyncBatchNormTrainingMaster(MasterSettings settings, List<TrainingHook> hooks) {
    this.settings = settings;
    this.hooks.addAll(hooks);
  }

  /** Reads a master written by {@link #toJson}, which does not include hooks and listeners. */
  public static SyncBatchNormTrainingMaster fromJson(String json) {
    return new SyncBatchNormTrainingMaster(MasterSettings.fromJson(json), List.of());
  }

  /** Reads a master written by {@link #toYaml}, which does not include hooks and listeners. */
  public static SyncBatchNormTrainingMaster fromYaml(String yaml) {
    return new SyncBatchNormTrainingMaster(MasterSettings.fromYaml(yaml), List.of());
  }

  @Override
  <T> double fit(
      JavaSparkContext spark, TrainableNetwork network, JavaRDD<T> rows, RowSource<T> source) {
    Fit fit =
        new Fit(spark, settings, new RankListeners(hooks, listeners.onRanks()), packed, carried);
    listeners.before(network);
    Fit.Result result = Interruption.ends(spark, () -> fit.run(network, rows, source));
    for (CommonSparkTrainingStats next : result.data().statistics()) {
      if (statistics == null) {
        statistics = next;
      } else {
        statistics.addOtherTrainingStats(next);
      }
    }
    listeners.after(network, result.data().records());
    lastEpoch = Optional.of(result.epoch());
    return result.epoch().trainLoss();
  }

  /**
   * Returns the result of the last fit: loss and times and, with {@code training.telemetry = on}
   * and the fused engine, how far the workers drifted apart in each layer. Test figures are NaN.
   */
  public Optional<EpochResult> lastEpoch() {
    return lastEpoch;
  }

  @Override
  public void addHook(TrainingHook trainingHook) {
    hooks.add(trainingHook);
  }

  @Override
  public void removeHook(TrainingHook trainingHook) {
    hooks.remove(trainingHook);
  }

  @Override
  public String toJson() {
    return settings.toJson();
  }

  @Override
  public String toYaml() {
    return settings.toYaml();
  }

  @Override
  public void setCollectTrainingStats(boolean collectTrainingStats) {
    settings =
        settings.withRecording(
            collectTrainingStats ? Timeline.Recording.ON : Timeline.Recording.OFF);
  }

  @Override
  public boolean getIsCollectTrainingStats() {
    return settings.recording() == Timeline.Recording.ON;
  }

  /**
   * Returns the statistics of all fits so far that collected them, with ranks in the place of
   * machines; null if none did.
   */
  @Override
  public SparkTrainingStats getTrainingStats() {
    return statistics;
  }

  @Override
  public void setListeners(Collection<TrainingListener> trainingListeners) {
    listeners.set(trainingListeners);
  }

  @Override
  public void setListeners(
      StatsStorageRouter router, Collection<TrainingListener> trainingListeners) {
    listeners.set(trainingListeners);
    listeners.route(router);
  }

  /**
   * Frees the rows that the fused engine has packed in Spark's memory; there are no temporary
   * files.
   */
  @Override
  public boolean deleteTempFiles(SparkContext sc) {
    packed.clear();
    return true;
  }

  /**
   * Builds a training master. Settings have the defaults of {@code conf/syncnorm.conf}, except that
   * telemetry and recalibration are off.
   */
  public static final class Builder {
    private final List<UnaryOperator<Configuration>> changes = new ArrayList<>();
    private final List<TrainingHook> hooks = new ArrayList<>();
    private Engine engine = Engine.AUTO;
    private Timeline.Recording recording = Timeline.Recording.OFF;

    /** Creates a builder with the default batch size. */
    public Builder() {}

    /**
     * Creates a builder with a batch size.
     *
     * @param batchSizePerWorker rows of one worker's mini-batch
     */
    public Builder(int batchSizePerWorker) {
      batchSizePerWorker(batchSizePerWorker);
    }

    /**
     * Sets the rows of one worker's mini-batch; a step covers this number times the number of
     * workers.
     */
    public Builder batchSizePerWorker(int rows) {
      return set(Keys.BATCH_SIZE, rows);
    }

    /**
     * Sets the number of workers. By default there is one per partition, but no more than task
     * slots.
     */
    public Builder workers(int workers) {
      return change(Keys.WORLD, () -> new WorldSize.Fixed(workers));
    }

    /**
     * Averages the workers' models every {@code miniBatches} mini-batches, and at the end of the
     * epoch.
     */
    public Builder averagingFrequency(int miniBatches) {
      return change(Keys.AVERAGING_EVERY, () -> new Period.EverySteps(miniBatches));
    }

    /** Averages the workers' models at the end of the epoch only. */
    public Builder averageEveryEpoch() {
      return set(Keys.AVERAGING_EVERY, new Period.EveryEpoch());
    }

    /** Sets what happens to the updaters' state when models are averaged. */
    public Builder updaterState(UpdaterState state) {
      return set(Keys.OPTIMIZER_STATE, state.configured);
    }

    /**
     * Sets the seed of all random numbers: the same seed, data and number of workers give the same
     * model.
     */
    public Builder rngSeed(long seed) {
      return set(Keys.SEED, seed);
    }

    public Builder engine(Engine which) {
      engine = which;
      return this;
    }

    /** Sets the hooks that are called around every mini-batch on the workers. */
    public Builder trainingHooks(TrainingHook... trainingHooks) {
      hooks.addAll(List.of(trainingHooks));
      return this;
    }

    public Builder collectTrainingStats() {
      recording = Timeline.Recording.ON;
      return this;
    }

    /** Sets any key of a run's configuration that applies to a training master. */
    public <T> Builder set(Key<T> key, T value) {
      return change(key, () -> value);
    }

    /**
     * Sets any key of a run's configuration that applies to a training master, by its name in
     * {@code conf/syncnorm.conf}.
     *
     * @param assignment {@code key=value}, such as {@code training.wait-timeout=5m}
     */
    public Builder set(String assignment) {
      changes.add(MasterSettings.change(assignment));
      return this;
    }

    private <T> Builder change(Key<T> key, Supplier<T> value) {
      changes.add(MasterSettings.change(key, value));
      return this;
    }

    /**
     * Builds the training master.
     *
     * @throws io.syncnorm.config.ConfigException if values are out of range; it lists them all
     * @throws IllegalArgumentException if a setting is unknown
     */
    public SyncBatchNormTrainingMaster build() {
      return new SyncBatchNormTrainingMaster(MasterSettings.of(changes, engine, recording), hooks);
    }
  }

  /** How the updaters' state changes when models are averaged. */
  public enum UpdaterState {
    /** The state is averaged like the parameters. */
    AVERAGED(Keys.OptimizerState.AVERAGE),
    /**
     * Each worker keeps its own state, also in the next fit of the same network by the same master
     * with as many workers. Any other fit starts with the state of worker 0, which the network
     * contains.
     */
    KEPT(Keys.OptimizerState.KEEP),
    /** The state is reset to zero. */
    RESET(Keys.OptimizerState.RESET);

    private final Keys.OptimizerState configured;

    UpdaterState(Keys.OptimizerState configured) {
      this.configured = configured;
    }
  }
}
