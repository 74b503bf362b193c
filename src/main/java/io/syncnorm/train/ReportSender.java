package io.syncnorm.train;

import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.config.Period;
import io.syncnorm.train.EpochReport.Wish;
import io.syncnorm.train.state.FirstStepReport;
import io.syncnorm.train.state.Position;
import io.syncnorm.train.state.RankState;
import io.syncnorm.train.state.RankStateReport;
import io.syncnorm.train.state.StepTimeReport;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Sends a rank's reports to the driver, on a thread of its own: encoding reads the live arrays
 * while the passes of the next step read them, too, and sending takes as long as it takes. At most
 * one position is under way: the end of an epoch waits for the former, and inside an epoch no
 * report is wanted meanwhile.
 */
public final class ReportSender implements EpochReport.Listener, AutoCloseable {
  /** How long a rank that failed waits until its last snapshot has been sent. */
  private static final long PATIENCE_SECONDS = 10;

  private static final long IDLE_SECONDS = 5;

  private final Period every;
  private final Driver driver;
  private final BooleanSupplier isPauseAsked;

  /**
   * The encoded model: the driver may read it for longer than the passes of the next step take. Its
   * memory is allocated once, before training, because encoding holds up the next update.
   */
  private final ReportBytes encoded;

  /** Runs one task after another; ends when it is idle. */
  private final ThreadPoolExecutor thread;

  /** Reports that are not known to be sent. */
  private final Deque<Future<?>> unsent = new ArrayDeque<>();

  /** Reports that may still read live arrays. */
  private final Deque<CountDownLatch> reading = new ArrayDeque<>();

  private Position last = new Position(0, 0);
  private long lastNanos = System.nanoTime();

  /** The rank's connection to the driver. */
  @FunctionalInterface
  public interface Driver {
    /** Sends a report, whose bytes are overwritten afterwards. */
    void report(ReportBytes report);
  }

  /**
   * @param every how often models are wanted
   * @param maxReportBytes bytes of the largest {@link EpochReport}; only rank 0 makes any
   * @param isPauseAsked whether the driver wants a pause
   */
  public ReportSender(
      int rank, Period every, long maxReportBytes, Driver driver, BooleanSupplier isPauseAsked) {
    this.every = every;
    this.driver = driver;
    this.isPauseAsked = isPauseAsked;
    this.encoded = new ReportBytes(rank == 0 ? maxReportBytes : 0);
    this.thread =
        new ThreadPoolExecutor(
            0,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread sender = new Thread(task, "syncnorm-reports-" + rank);
              sender.setDaemon(true);
              return sender;
            });
  }

  @Override
  public Wish wish(Position position) {
    if (isPauseAsked.getAsBoolean()) {
      return Wish.PAUSE;
    }
    boolean isIdle = unsent.stream().allMatch(Future::isDone);
    return isIdle && isDue(position) ? Wish.REPORT : Wish.NONE;
  }

  private boolean isDue(Position position) {
    if (every instanceof Period.EverySteps steps) {
      int before = last.epoch() == position.epoch() ? last.step() : 0;
      return position.step() - before >= steps.steps();
    }
    return every instanceof Period.EveryTime time
        && System.nanoTime() - lastNanos >= time.time().toNanos();
  }

  @Override
  public void began(Position from) {
    send(FirstStepReport.encode(from));
  }

  @Override
  public void stepsTake(double seconds) {
    send(StepTimeReport.encode(seconds));
  }

  private void send(byte[] small) {
    unsent.add(thread.submit(() -> driver.report(ReportBytes.of(small))));
  }

  @Override
  public void finished(EpochResult result, Snapshot merged) {
    send(new EpochReport(result, merged));
  }

  @Override
  public void reached(Snapshot merged) {
    send(new EpochReport(merged));
  }

  private void send(EpochReport report) {
    begin(report.snapshot().position());
    add(() -> encode(report), () -> driver.report(encoded));
  }

  private void encode(EpochReport report) {
    encoded.clear();
    try {
      report.writeTo(new DataOutputStream(encoded.out()));
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  private void begin(Position position) {
    flush();
    last = position;
    lastNanos = System.nanoTime();
  }

  /**
   * Sends parts while it encodes: a state may be as large as the model. Only an optimizer is a live
   * array; a small state does not hold up training while the model before it is sent.
   */
  @Override
  public void keeps(Position position, RankState own) {
    if (!position.equals(last)) {
      begin(position);
    }
    Runnable send =
        () -> RankStateReport.send(position, own, part -> driver.report(ReportBytes.of(part)));
    if (own.slots().isEmpty()) {
      unsent.add(thread.submit(send));
    } else {
      add(send, () -> {});
    }
  }

  /**
   * @param encode reads live arrays
   * @param send sends what was encoded
   */
  private void add(Runnable encode, Runnable send) {
    CountDownLatch read = new CountDownLatch(1);
    reading.add(read);
    unsent.add(
        thread.submit(
            () -> {
              try {
                encode.run();
              } finally {
                read.countDown();
              }
              send.run();
            }));
  }

  @Override
  public void await() {
    try {
      while (!reading.isEmpty()) {
        reading.getFirst().await();
        reading.removeFirst();
      }
    } catch (InterruptedException e) {
      throw cancelled();
    }
  }

  /**
   * Waits until everything is sent.
   *
   * @throws RuntimeException if a report could not be sent
   * @throws CancellationException if the thread is interrupted
   */
  public void flush() {
    try {
      while (!unsent.isEmpty()) {
        unsent.getFirst().get();
        unsent.removeFirst();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("cannot report to the driver: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw cancelled();
    }
  }

  private static CancellationException cancelled() {
    Thread.currentThread().interrupt();
    return new CancellationException("cancelled while a report was sent to the driver");
  }

  /**
   * Ends the thread when it has sent what it has, after a failure, too: that is the snapshot to
   * resume from. The thread is not interrupted: that would not end a report that is under way.
   */
  @Override
  public void close() {
    thread.shutdown();
    boolean isInterrupted = Thread.interrupted();
    try {
      thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      isInterrupted = true;
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
