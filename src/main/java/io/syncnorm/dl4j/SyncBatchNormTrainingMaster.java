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
import org.datavec.spark.util.BroadcastHadoopConfigHolder;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.api.stats.CommonSparkTrainingStats;
import org.deeplearning4j.spark.api.stats.SparkTrainingStats;
import org.deeplearning4j.spark.data.loader.RemoteFileSourceFactory;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A DL4J training master whose workers normalize with the rows of all workers at every mini-batch,
 * and average their models like DL4J's {@code ParameterAveragingTrainingMaster}:
 *
 * <pre>{@code
 * TrainingMaster<?, ?> master = new SyncBatchNormTrainingMaster.Builder(128).build();
 * MultiLayerNetwork trained = new SparkDl4jMultiLayer(spark, configuration, master).fit(rdd);
 * }</pre>
 *
 * <p>Networks come with DL4J's {@code BatchNormalization}, are synchronized on the ranks alone, and
 * stay plain DL4J. One {@code fit} is one epoch over the RDD's rows in the order of its partitions,
 * in mini-batches of one size whatever the size of its data sets. An RDD with one partition per
 * worker is read where it lies; any other is dealt to the workers in a shuffle.
 *
 * <p>The driver's network changes at the end of a fit and not before: where one fails, it is what
 * it was. Its count of iterations grows by the steps that each worker made. {@code score} is the
 * mean loss of the epoch's rows as they were trained on. Training listeners are called on the
 * driver with the merged network, once a fit; only those that route to a storage ({@code
 * StatsListener}) watch each mini-batch on the workers, as hooks do.
 *
 * <p>Calls come from one thread at a time, on the driver.
 */
public final class SyncBatchNormTrainingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {
  private MasterSettings settings;
  private final List<TrainingHook> hooks = new ArrayList<>();
  private final FitListeners listeners = new FitListeners();
  private final PackedCache packed = new PackedCache();
  private final CarriedVelocity velocity = new CarriedVelocity();
  private Optional<EpochResult> lastEpoch = Optional.empty();
  private CommonSparkTrainingStats statistics;

  private SyncBatchNormTrainingMaster(MasterSettings settings, List<TrainingHook> hooks) {
    this.settings = settings;
    this.hooks.addAll(hooks);
  }

  /** Reads what {@link #toJson} wrote; hooks and listeners are not part of it. */
  public static SyncBatchNormTrainingMaster fromJson(String json) {
    return new SyncBatchNormTrainingMaster(MasterSettings.fromJson(json), List.of());
  }

  /** The same of what {@link #toYaml} wrote. */
  public static SyncBatchNormTrainingMaster fromYaml(String yaml) {
    return new SyncBatchNormTrainingMaster(MasterSettings.fromYaml(yaml), List.of());
  }

  /**
   * Trains one epoch.
   *
   * @throws IllegalArgumentException if the network or the data cannot be trained
   * @throws io.syncnorm.spark.SparkSettingException if Spark is set up in a way that workers cannot
   *     train with
   * @throws io.syncnorm.spark.TaskSlots.SlotsException if there are fewer task slots than workers,
   *     or than Spark was asked for where nobody said how many workers
   * @throws io.syncnorm.spark.RankFailedException if a rank fails, or ranks are lost too often
   * @throws java.util.concurrent.CancellationException if the job is cancelled, or this thread
   *     interrupted
   */
  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> trainingData) {
    fit(network, trainingData, RowSource.dataSets());
  }

  /** The same of a graph with one input and one output. */
  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> trainingData) {
    fit(graph, trainingData, RowSource.dataSets());
  }

  /** The same of any graph. */
  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> trainingData) {
    fit(graph, trainingData, RowSource.multiDataSets());
  }

  /**
   * The same over files, which each rank reads as it comes to them.
   *
   * @param network or {@code graph}, and {@code null} the other
   * @param dsLoader or {@code mdsLoader}, and {@code null} the other
   */
  @Override
  public void executeTrainingPaths(
      SparkDl4jMultiLayer network,
      SparkComputationGraph graph,
      JavaRDD<String> trainingDataPaths,
      DataSetLoader dsLoader,
      MultiDataSetLoader mdsLoader) {
    RemoteFileSourceFactory files =
        new RemoteFileSourceFactory(
            BroadcastHadoopConfigHolder.get(
                network != null ? network.getSparkContext() : graph.getSparkContext()));
    RowSource<String> source =
        dsLoader != null
            ? RowSource.files(dsLoader, files)
            : RowSource.multiFiles(mdsLoader, files);
    if (network != null) {
      fit(network, trainingDataPaths, source);
    } else {
      fit(graph, trainingDataPaths, source);
    }
  }

  private <T> void fit(SparkDl4jMultiLayer network, JavaRDD<T> rows, RowSource<T> source) {
    double score =
        fit(
            network.getSparkContext(),
            new TrainableNetwork.Chain(network.getNetwork()),
            rows,
            source);
    network.setScore(score);
  }

  private <T> void fit(SparkComputationGraph graph, JavaRDD<T> rows, RowSource<T> source) {
    double score =
        fit(graph.getSparkContext(), new TrainableNetwork.Graph(graph.getNetwork()), rows, source);
    graph.setScore(score);
  }

  private <T> double fit(
      JavaSparkContext spark, TrainableNetwork network, JavaRDD<T> rows, RowSource<T> source) {
    Fit fit =
        new Fit(spark, settings, new RankListeners(hooks, listeners.onRanks()), packed, velocity);
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
   * What the last fit came to: loss and times, and with {@code training.telemetry = on} how far the
   * workers had drifted from each other in each layer of the fused engine. Test figures are NaN.
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

  /** Statistics of all fits so far that collected them, ranks as machines; null where none did. */
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

  /** There are no files; frees the rows that the fused engine has packed in Spark's memory. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext sc) {
    packed.clear();
    return true;
  }

  /** The same. */
  @Override
  public boolean deleteTempFiles(SparkContext sc) {
    packed.clear();
    return true;
  }

  /**
   * @throws UnsupportedOperationException always
   */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noWorkers();
  }

  /**
   * @throws UnsupportedOperationException always
   */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw noWorkers();
  }

  private static UnsupportedOperationException noWorkers() {
    return new UnsupportedOperationException(
        "ranks exchange statistics within each mini-batch and so are no TrainingWorkers, which work alone: call fit of SparkDl4jMultiLayer or SparkComputationGraph, add a TrainingHook to see each mini-batch, or use DL4J's ParameterAveragingTrainingMaster");
  }

  /** Builds a master; what is not said is as in {@code conf/syncnorm.conf}. */
  public static final class Builder {
    private final List<UnaryOperator<Configuration>> changes = new ArrayList<>();
    private final List<TrainingHook> hooks = new ArrayList<>();
    private Engine engine = Engine.AUTO;
    private Timeline.Recording recording = Timeline.Recording.OFF;

    /** With the default batch size. */
    public Builder() {}

    /**
     * @param batchSizePerWorker rows of one worker's mini-batch
     */
    public Builder(int batchSizePerWorker) {
      batchSizePerWorker(batchSizePerWorker);
    }

    /** Rows of one worker's mini-batch; a step of all workers has so many times the workers. */
    public Builder batchSizePerWorker(int rows) {
      return set(Keys.BATCH_SIZE, rows);
    }

    /**
     * How many workers; otherwise one per partition where that many tasks can run at once, or one
     * per task slot.
     */
    public Builder workers(int workers) {
      return change(Keys.WORLD, () -> new WorldSize.Fixed(workers));
    }

    /** Average the workers' models every so many mini-batches, and at the end of the epoch. */
    public Builder averagingFrequency(int miniBatches) {
      return change(Keys.AVERAGING_EVERY, () -> new Period.EverySteps(miniBatches));
    }

    /** Average the workers' models at the end of the epoch alone. */
    public Builder averageEveryEpoch() {
      return set(Keys.AVERAGING_EVERY, new Period.EveryEpoch());
    }

    /** What becomes of the updaters' state when models are averaged. */
    public Builder updaterState(UpdaterState state) {
      return set(Keys.OPTIMIZER_STATE, state.configured);
    }

    /** Root of all that is drawn: the same seed, data and workers give the same model. */
    public Builder rngSeed(long seed) {
      return set(Keys.SEED, seed);
    }

    public Builder engine(Engine which) {
      engine = which;
      return this;
    }

    /** Hooks around every mini-batch on the workers. */
    public Builder trainingHooks(TrainingHook... trainingHooks) {
      hooks.addAll(List.of(trainingHooks));
      return this;
    }

    public Builder collectTrainingStats() {
      recording = Timeline.Recording.ON;
      return this;
    }

    /** Any setting of a run that applies here. */
    public <T> Builder set(Key<T> key, T value) {
      return change(key, () -> value);
    }

    /**
     * Any setting of a run that applies here, by its name in {@code conf/syncnorm.conf}.
     *
     * @param assignment {@code training.wait-timeout=5m}, for example
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
     * @throws io.syncnorm.config.ConfigException if a value is out of range; it lists all that are
     * @throws IllegalArgumentException if a setting is not known
     */
    public SyncBatchNormTrainingMaster build() {
      return new SyncBatchNormTrainingMaster(MasterSettings.of(changes, engine, recording), hooks);
    }
  }

  /** What becomes of the updaters' state when models are averaged. */
  public enum UpdaterState {
    /** It is averaged as the parameters are. */
    AVERAGED(Keys.OptimizerState.AVERAGE),
    /** Each worker keeps its own until the end of the fit, when that of worker 0 goes on. */
    KEPT(Keys.OptimizerState.KEEP),
    /** It starts again from zero. */
    RESET(Keys.OptimizerState.RESET);

    private final Keys.OptimizerState configured;

    UpdaterState(Keys.OptimizerState configured) {
      this.configured = configured;
    }
  }
}
