package io.syncnorm.cli;

import io.syncnorm.spark.source.LoadListener;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Says how many rows have been read, if reading takes long. */
final class LoadingRemarks implements LoadListener {
  private static final long FIRST_AFTER_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Consumer<String> remark;
  private long rowsBefore = Long.MAX_VALUE;
  private long dueNanos;

  LoadingRemarks(Consumer<String> remark) {
    this.remark = remark;
  }

  @Override
  public void loaded(long rows, long bytes) {
    long now = System.nanoTime();
    if (rows < rowsBefore) { // other data
      dueNanos = now + FIRST_AFTER_NANOS;
    } else if (now - dueNanos >= 0) {
      remark.accept(text(rows, bytes));
      dueNanos = now + EVERY_NANOS;
    }
    rowsBefore = rows;
  }

  static String text(long rows, long bytes) {
    return String.format(
        Locale.ROOT,
        "reading data: %s rows, %s",
        rows < 1_000_000
            ? String.format(Locale.ROOT, "%,d", rows)
            : String.format(Locale.ROOT, "%.1f M", 1e-6 * rows),
        bytes < 1_000_000_000
            ? String.format(Locale.ROOT, "%.0f MB", 1e-6 * bytes)
            : String.format(Locale.ROOT, "%.1f GB", 1e-9 * bytes));
  }
}
