package io.syncnorm.ml;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.Membership;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Rows;
import io.syncnorm.data.Shard;
import io.syncnorm.data.StepPlan;
import io.syncnorm.spark.RankOpener;
import io.syncnorm.spark.Sent;
import io.syncnorm.train.ModelSize;
import io.syncnorm.train.PlanException;
import io.syncnorm.train.RankTraining;
import io.syncnorm.train.Snapshot;
import io.syncnorm.train.TraineeMaker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Gathers the ranks' rows: each rank assembles its own, all agree on classes and steps, and rank 0
 * reports to the driver. If a row cannot be trained on, the rank that has the first such row
 * reports that instead.
 *
 * @param params configuration from the params, with defaults for values that depend on the rows
 * @param inputs features of a row
 */
record Gathering(Configuration params, FitColumns columns, LabelRange labelRange, int inputs)
    implements RankOpener<RowChunk> {
  private static final long serialVersionUID = 1L;

  /** Returns the complete configuration, once the rows are known. */
  Configuration configuration(int classes, int batchSize) {
    return params.with(Keys.CLASSES, classes).with(Keys.BATCH_SIZE, batchSize);
  }

  /** A rank's rows, with the plan and classes that all ranks share. */
  record Gathered(RankRows own, StepPlan plan, int classes) {}

  @Override
  public Optional<RankTraining> open(
      Membership membership, Iterator<RowChunk> chunks, Optional<Sent<Snapshot>> start) {
    Optional<Snapshot> given = start.map(Sent::value);
    return gather(membership, chunks).map(gathered -> open(membership, gathered, given));
  }

  private RankTraining open(Membership membership, Gathered gathered, Optional<Snapshot> given) {
    Communicator ranks = membership.communicator();
    Configuration configuration = configuration(gathered.classes, gathered.plan.batchSize());
    Shard shard =
        new Shard(ranks.rank(), ranks.world(), gathered.own.training(), gathered.own.validation());
    Snapshot from = given.orElseGet(() -> Snapshot.fresh(configuration, inputs));
    return new RankTraining(
        configuration, shard, gathered.plan, TraineeMaker.CONFIGURED, from, ranks);
  }

  /**
   * Gathers a rank's rows; empty on all ranks if the rows cannot be trained on, after the reason
   * was sent to the driver.
   */
  Optional<Gathered> gather(Membership membership, Iterator<RowChunk> chunks) {
    Communicator ranks = membership.communicator();
    RankRows own = RankRows.of(chunks, inputs);
    ranks.awaitLoaded(params.get(Keys.LOAD_TIMEOUT));
    Agreement agreement = Agreement.among(ranks, own);
    if (agreement.isFaulty()) {
      if (agreement.isOwnFault()) {
        String fault = own.fault().orElseThrow().message();
        membership.driver().report(Agreed.refusal(fault));
      }
      return Optional.empty();
    }
    int classes = labelRange.known() ? labelRange.classes() : agreement.classes();
    Optional<String> untrainable = agreement.untrainable(columns);
    Optional<StepPlan> plan = untrainable.isPresent() ? Optional.empty() : plan(agreement);
    Optional<String> refusal = untrainable.or(() -> refusal(plan, classes));
    if (ranks.rank() == 0) {
      membership
          .driver()
          .report(
              refusal
                  .map(Agreed::refusal)
                  .orElseGet(() -> agreement.agreed(classes, plan.get().batchSize()).encode()));
    }
    return refusal.isPresent()
        ? Optional.empty()
        : Optional.of(new Gathered(own, plan.get(), classes));
  }

  private Optional<String> refusal(Optional<StepPlan> plan, int classes) {
    if (plan.isEmpty()) {
      return Optional.of(
          "too few rows for batch normalization: expected at least 2 rows in a step");
    }
    Configuration configuration = configuration(classes, plan.get().batchSize());
    return ModelSize.tooLarge(configuration, inputs, plan.get());
  }

  /**
   * Plans mini-batches of the requested size. If the last step would have a single row, which
   * cannot be normalized, uses the nearest batch size that avoids it.
   */
  private Optional<StepPlan> plan(Agreement agreement) {
    int wanted = params.get(Keys.BATCH_SIZE);
    for (int off = 0; off <= wanted; off++) {
      for (int size : new int[] {wanted - off, wanted + off}) {
        if (size > 0 && PlanException.isTrainable(params, agreement.plan(size))) {
          return Optional.of(agreement.plan(size));
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The rows of one rank, assembled from their chunks.
   *
   * @param checksum CRC-32C of the chunks' checksums, in order
   * @param fault the fault of the first partition that has one
   */
  record RankRows(Rows training, Rows validation, long checksum, Optional<RowChunk.Refused> fault) {

    /**
     * Assembles chunks in the order of their source, whatever order they arrive in.
     *
     * @param rowLength features of a row
     */
    static RankRows of(Iterator<RowChunk> chunks, int rowLength) {
      List<Rows> training = new ArrayList<>();
      List<Rows> validation = new ArrayList<>();
      List<RowChunk> all = new ArrayList<>();
      chunks.forEachRemaining(all::add);
      all.sort(RowChunk.SOURCE_ORDER);
      CRC32C checksum = new CRC32C();
      Optional<RowChunk.Refused> fault = Optional.empty();
      for (RowChunk chunk : all) {
        if (chunk instanceof RowChunk.Packed packed) {
          (packed.validation() ? validation : training).add(packed.rows());
          checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(packed.checksum()).array());
        } else if (fault.isEmpty()) {
          fault = Optional.of((RowChunk.Refused) chunk);
        }
      }
      return new RankRows(
          join(training, rowLength), join(validation, rowLength), checksum.getValue(), fault);
    }

    private static Rows join(List<Rows> chunks, int rowLength) {
      long rows = chunks.stream().mapToLong(Rows::count).sum();
      // The chunks are also in memory.
      long mostFloats =
          Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / (2 * Float.BYTES));
      if (rows > mostFloats / rowLength) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a worker's rows do not fit into its memory as one array: expected rows<=%d, found rows=%d of size=%d; increase numWorkers or the executors' memory",
                mostFloats / rowLength,
                rows,
                rowLength));
      }
      return Rows.join(rowLength, chunks);
    }
  }
}
