package io.syncnorm.spark.slots;

import org.apache.spark.api.java.JavaSparkContext;

/** Slots that another job uses, for tests of what waits for them. */
public final class TakenSlots implements AutoCloseable {
  private final Spares spares;

  private TakenSlots(Spares spares) {
    this.spares = spares;
  }

  /** Takes slots as they become free. */
  public static TakenSlots take(JavaSparkContext spark, int count) {
    return new TakenSlots(Spares.submit(spark, count, "another job"));
  }

  /** Number of slots that it has. */
  public int held() {
    return spares.held();
  }

  @Override
  public void close() {
    spares.close();
  }
}
