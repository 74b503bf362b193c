package io.syncnorm.spark.shard;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Piece;
import io.syncnorm.data.shard.Shard;
import io.syncnorm.data.shard.StepPlan;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.SlotsException;
import io.syncnorm.spark.SparkSettingException;
import io.syncnorm.spark.ranks.HostsEvent;
import io.syncnorm.spark.ranks.RankData;
import io.syncnorm.spark.ranks.RankFailedException;
import io.syncnorm.spark.ranks.RankOpener;
import io.syncnorm.spark.ranks.TrainingWork;
import io.syncnorm.train.EpochReport;
import io.syncnorm.train.EpochResult;
import io.syncnorm.train.PlanException;
import io.syncnorm.train.Progress;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The training of one model on dealt rows: one barrier job over all ranks, from a snapshot to the
 * last epoch. If a rank is lost, another job resumes from the last snapshot.
 *
 * @param maker creates the network
 */
public record ShardTraining(JavaSparkContext spark, DealtData data, TraineeMaker maker) {
  /** Receives what happens in a training, on a thread of the driver. */
  @FunctionalInterface
  public interface Listener {
    /** Stores finished epochs while the job runs; see {@link RankData#finished}. */
    void finished(List<EpochResult> results, Progress progress);

    /** See {@link RankData#hosts}. */
    default void hosts(HostsEvent event) {}
  }

  /**
   * Trains the epochs that remain.
   *
   * @param description description of the job in Spark's UI
   * @throws PlanException if the rows cannot be trained with the configuration
   * @throws SparkSettingException if Spark's settings contradict {@code training.encrypt}
   * @throws SlotsException if the ranks cannot all run at once
   * @throws RankFailedException if a rank fails, or ranks are lost too often
   * @throws java.util.concurrent.CancellationException if the job was cancelled
   */
  public Progress run(
      String description, Configuration configuration, Progress from, Listener listener) {
    StepPlan plan = data.plan(configuration.get(Keys.BATCH_SIZE));
    PlanException.requireFits(configuration, data.batchValues(), plan);
    PlanException.requireTrainable(configuration, plan);
    int hiddenLayers = maker.hiddenLayers(configuration);
    TrainingWork<Piece> work =
        new TrainingWork<>(
            description,
            new Ranks(
                data.rows(), new Opener(configuration, plan, data.loading(), maker), listener),
            new TrainingWork.Shape(
                configuration,
                hiddenLayers,
                EpochReport.maxEncodedLength(from.latest(), hiddenLayers)));
    work.resume(from);
    Progress trained = work.run(spark);
    trained.states().release(); // they are in the last checkpoint
    return trained;
  }

  private record Ranks(RankRows<Piece> rows, RankOpener<Piece> opener, Listener listener)
      implements RankData<Piece> {
    @Override
    public void finished(List<EpochResult> results, Progress progress) {
      listener.finished(results, progress);
    }

    @Override
    public void hosts(HostsEvent event) {
      listener.hosts(event);
    }
  }

  private record Opener(
      Configuration configuration, StepPlan plan, ShardLoading loading, TraineeMaker maker)
      implements RankOpener<Piece> {
    private static final long serialVersionUID = 1L;

    @Override
    public Optional<RankTraining> open(
        Membership membership, Iterator<Piece> pieces, Optional<Start> start) {
      Communicator communicator = membership.communicator();
      Shard own = loading.load(communicator.rank(), pieces, configuration);
      Snapshot from = start.orElseThrow().of(communicator.rank());
      communicator.awaitLoaded(configuration.get(Keys.LOAD_TIMEOUT));
      return Optional.of(new RankTraining(configuration, own, plan, maker, from, communicator));
    }
  }
}
