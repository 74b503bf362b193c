package io.syncnorm.ml;

import io.syncnorm.spark.RankWork;
import java.util.Locale;
import org.apache.spark.api.java.JavaRDD;

/** Ranks look at their rows and train nothing: who they are tells whose a checkpoint may be. */
final class SurveyWork implements RankWork<RowChunk> {
  private final FitInput input;
  private Agreed agreed;

  SurveyWork(FitInput input) {
    this.input = input;
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT, "%s: rows on %d workers, for the checkpoint", input.uid(), input.world());
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
    return "while it looked at the rows";
  }

  synchronized Agreed agreed() {
    if (agreed == null) {
      throw new IllegalStateException("the workers ended without a failure and without an answer");
    }
    return agreed;
  }
}
