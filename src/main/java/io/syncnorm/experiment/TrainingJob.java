package io.syncnorm.experiment;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Shard;
import io.syncnorm.spark.RankData;
import io.syncnorm.spark.RankFailedException;
import io.syncnorm.spark.RankOpener;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.TaskSlots;
import io.syncnorm.spark.TrainingWork;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.Progress;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The training of one model: one barrier job over all ranks, from a snapshot to the last epoch. If
 * a rank is lost, another job resumes from the last finished epoch.
 *
 * @param maker creates the network
 */
public record TrainingJob(JavaSparkContext spark, ShardedData data, TraineeMaker maker) {
  /**
   * Trains the epochs that remain.
   *
   * @param description description of the job in Spark's UI
   * @param store stores finished epochs while the job runs; see {@link RankData#finished}
   * @throws SparkSettingException if Spark is set up in a way that ranks cannot train with
   * @throws TaskSlots.SlotsException if the ranks cannot all run at once
   * @throws RankFailedException if a rank fails, or ranks are lost too often
   * @throws java.util.concurrent.CancellationException if the job was cancelled
   */
  public Progress run(
      String description,
      Configuration configuration,
      Progress from,
      BiConsumer<List<EpochResult>, Progress> store) {
    data.requireTrainable(configuration);
    int hiddenLayers = maker.hiddenLayers(configuration);
    JavaRDD<Integer> numbers =
        spark.parallelize(IntStream.range(0, data.world()).boxed().toList(), data.world());
    TrainingWork<Integer> work =
        new TrainingWork<>(
            description,
            new Ranks(numbers, new Opener(configuration, data, maker), store),
            new TrainingWork.Shape(
                configuration,
                hiddenLayers,
                EpochReport.maxEncodedLength(from.latest(), hiddenLayers)));
    work.resume(from);
    return work.run(spark);
  }

  /** Each partition holds the number of its rank. */
  private record Ranks(
      JavaRDD<Integer> partitions,
      RankOpener<Integer> opener,
      BiConsumer<List<EpochResult>, Progress> store)
      implements RankData<Integer> {
    @Override
    public void finished(List<EpochResult> results, Progress progress) {
      store.accept(results, progress);
    }
  }

  private record Opener(Configuration configuration, ShardedData data, TraineeMaker maker)
      implements RankOpener<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public Optional<RankTraining> open(
        Membership membership, Iterator<Integer> number, Optional<Sent<Snapshot>> start) {
      Communicator communicator = membership.communicator();
      Shard own = data.of(communicator.rank());
      Snapshot from = start.orElseThrow().value();
      communicator.awaitLoaded(configuration.get(Keys.LOAD_TIMEOUT));
      return Optional.of(
          new RankTraining(configuration, own, data.plan(), maker, from, communicator));
    }
  }
}
