package io.syncnorm.dl4j;

import io.syncnorm.dl4j.layer.RowSource;
import io.syncnorm.dl4j.layer.TrainableNetwork;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.datavec.spark.util.BroadcastHadoopConfigHolder;
import org.deeplearning4j.core.loader.DataSetLoader;
import org.deeplearning4j.core.loader.MultiDataSetLoader;
import org.deeplearning4j.spark.api.TrainingMaster;
import org.deeplearning4j.spark.api.TrainingResult;
import org.deeplearning4j.spark.api.TrainingWorker;
import org.deeplearning4j.spark.data.loader.RemoteFileSourceFactory;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * A training master with one method for all of DL4J's calls, which differ in the network (a chain
 * of layers, a graph) and in the rows (data sets, multi data sets, files). It has no DL4J workers.
 */
abstract class FittingMaster
    implements TrainingMaster<TrainingResult, TrainingWorker<TrainingResult>> {
  FittingMaster() {}

  /**
   * Trains a network for one epoch.
   *
   * @param network changed at the end, and only if the fit succeeds
   * @return the network's new score
   */
  abstract <T> double fit(
      JavaSparkContext spark, TrainableNetwork network, JavaRDD<T> rows, RowSource<T> source);

  /**
   * Trains a network of layers in a chain for one epoch.
   *
   * @throws IllegalArgumentException if the network or the data cannot be trained
   * @throws io.syncnorm.spark.SparkSettingException if Spark's settings contradict {@code
   *     training.encrypt}
   * @throws io.syncnorm.spark.SlotsException if there are fewer task slots than {@code
   *     training.min-slots}, or, if the number of workers is not set, fewer than requested from
   *     Spark
   * @throws io.syncnorm.spark.ranks.RankFailedException if a rank fails, or ranks are lost too
   *     often
   * @throws java.util.concurrent.CancellationException if the job is cancelled or this thread is
   *     interrupted
   */
  @Override
  public void executeTraining(SparkDl4jMultiLayer network, JavaRDD<DataSet> trainingData) {
    fit(network, trainingData, RowSource.dataSets());
  }

  /**
   * Trains a graph with one input and one output for one epoch; throws what {@link
   * #executeTraining(SparkDl4jMultiLayer, JavaRDD)} throws.
   */
  @Override
  public void executeTraining(SparkComputationGraph graph, JavaRDD<DataSet> trainingData) {
    fit(graph, trainingData, RowSource.dataSets());
  }

  /**
   * Trains any graph for one epoch; throws what {@link #executeTraining(SparkDl4jMultiLayer,
   * JavaRDD)} throws.
   */
  @Override
  public void executeTrainingMDS(SparkComputationGraph graph, JavaRDD<MultiDataSet> trainingData) {
    fit(graph, trainingData, RowSource.multiDataSets());
  }

  /**
   * Trains a network for one epoch over files, which each rank reads when it needs them.
   *
   * @param network the network to train; {@code null} if {@code graph} is given
   * @param dsLoader loads a file; {@code null} if {@code mdsLoader} is given
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

  /** Does what {@link #deleteTempFiles(org.apache.spark.SparkContext)} does. */
  @Override
  public boolean deleteTempFiles(JavaSparkContext sc) {
    return deleteTempFiles(sc.sc());
  }

  /**
   * Not supported: ranks are not DL4J workers.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkDl4jMultiLayer network) {
    throw noWorkers();
  }

  /**
   * Not supported: ranks are not DL4J workers.
   *
   * @throws UnsupportedOperationException always
   */
  @Override
  public TrainingWorker<TrainingResult> getWorkerInstance(SparkComputationGraph graph) {
    throw noWorkers();
  }

  private static UnsupportedOperationException noWorkers() {
    return new UnsupportedOperationException(
        "getWorkerInstance is not supported: ranks exchange statistics within each mini-batch, and a TrainingWorker works alone; call fit of SparkDl4jMultiLayer or SparkComputationGraph, add a TrainingHook to see each mini-batch, or use DL4J's ParameterAveragingTrainingMaster");
  }
}
