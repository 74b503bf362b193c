package io.syncnorm.ml;

import io.syncnorm.spark.RankWork;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;

/**
 * A stage in which ranks only gather their rows, without training. Their report shows whether a
 * checkpoint belongs to this fit.
 */
final class SurveyWork implements RankWork<RowChunk> {
  private final FitInput input;
  private Agreed agreed;

  SurveyWork(FitInput input) {
    this.input = input;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "%s: check of the rows on %d workers, for the checkpoint",
        input.uid(),
        input.world());
  }

  @Override
  public JavaRDD<RowChunk> partitions() {
    return input.partitions();
  }

  @Override
  public Program<RowChunk> program() {
    Gathering gathering = input.gathering();
    return (membership, chunks) -> gathering.gather(membership, chunks);
  }

  @Override
  public int maxReportBytes() {
    return Agreed.MAX_BYTES;
  }

  @Override
  public synchronized void reported(int rank, byte[] payload) {
    agreed = Agreed.decode(payload);
  }

  @Override
  public synchronized boolean isComplete() {
    return agreed != null;
  }

  @Override
  public String progress() {
    return "while checking the rows";
  }

  synchronized Agreed agreed() {
    if (agreed == null) {
      throw new IllegalStateException("the workers ended without a failure and without a report");
    }
    return agreed;
  }
}
