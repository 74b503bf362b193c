package io.syncnorm.spark.ranks;

import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.spark.RankRows;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.spark.api.java.JavaSparkContext;

/** Work of ranks that run a test's program. It ends when the program does, and has no snapshots. */
class ProgramWork implements RankWork<Integer> {
  private final RankRows<Integer> rows;
  private final IntFunction<Program<Integer>> ofAttempt;
  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicInteger reports = new AtomicInteger();
  private final List<HostsEvent> hosts = new CopyOnWriteArrayList<>();

  /** Work without rows. */
  ProgramWork(int world, Program<Integer> program) {
    this(RankRows.none(world), attempt -> program);
  }

  /**
   * @param ofAttempt the program of an attempt; the first is 1
   */
  ProgramWork(RankRows<Integer> rows, IntFunction<Program<Integer>> ofAttempt) {
    this.rows = rows;
    this.ofAttempt = ofAttempt;
  }

  /** How often the ranks were started. */
  final int attempts() {
    return attempts.get();
  }

  /** How many reports the ranks have sent, without those of first steps. */
  final int reports() {
    return reports.get();
  }

  /** The first steps that the ranks have reported. */
  final List<HostsEvent> hosts() {
    return List.copyOf(hosts);
  }

  @Override
  public String description() {
    return rows.world() + " ranks";
  }

  @Override
  public RankRows<Integer> rows() {
    return rows;
  }

  @Override
  public Program<Integer> program(JavaSparkContext context) {
    return ofAttempt.apply(attempts.incrementAndGet());
  }

  @Override
  public long maxReportBytes() {
    return 1;
  }

  @Override
  public void reported(int rank, ReportBytes report) {
    reports.incrementAndGet();
  }

  @Override
  public void hosts(HostsEvent event) {
    hosts.add(event);
  }

  @Override
  public String progress() {
    return "after report " + reports;
  }
}
