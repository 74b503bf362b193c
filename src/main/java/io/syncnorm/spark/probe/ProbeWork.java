package io.syncnorm.spark.probe;

import io.syncnorm.comm.Communicator;
import io.syncnorm.comm.LinkProbe;
import io.syncnorm.comm.Membership;
import io.syncnorm.comm.driver.ReportBytes;
import io.syncnorm.comm.fold.LinkCost;
import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.data.Shape;
import io.syncnorm.plan.Cluster;
import io.syncnorm.plan.StepMeasurement;
import io.syncnorm.spark.RankRows;
import io.syncnorm.spark.ranks.RankWork;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;

/** Two ranks that measure the network between them; then one measures a step. */
final class ProbeWork implements RankWork<Integer> {
  private final RankRows<Integer> rows;
  private final Probing probing;
  private final Map<Integer, ProbeReport> reports = new ConcurrentSkipListMap<>();

  /**
   * @param machines of the two ranks
   * @param resolved configuration with the number of classes
   * @param shape of the training rows
   * @param cluster to plan, on any network
   * @param worlds numbers of ranks to plan
   */
  ProbeWork(
      List<String> machines,
      Configuration resolved,
      Shape shape,
      Cluster cluster,
      List<Integer> worlds) {
    this.rows = RankRows.none(machines);
    this.probing = new Probing(resolved, shape, cluster, worlds);
  }

  private record Probing(
      Configuration configuration, Shape shape, Cluster cluster, List<Integer> worlds)
      implements Program<Integer> {
    private static final long serialVersionUID = 1L;

    @Override
    public void run(Membership membership, Iterator<Integer> none) {
      Communicator communicator = membership.communicator();
      communicator.awaitLoaded(configuration.get(Keys.LOAD_TIMEOUT));
      Optional<LinkCost> network = LinkProbe.measure(membership);
      String executor = SparkEnv.get().executorId();
      String machine = SparkEnv.get().blockManager().blockManagerId().host();
      boolean isMeasuring = network.isPresent() && communicator.rank() == 0;
      ProbeReport report =
          new ProbeReport(
              executor,
              machine,
              network,
              isMeasuring
                  ? Optional.of(
                      StepMeasurement.measure(
                          configuration,
                          shape,
                          cluster,
                          worlds,
                          ProbeReport.name(executor, machine)))
                  : Optional.empty());
      membership.report(report.encode());
    }
  }

  /** The reports of both ranks, in their order. */
  List<ProbeReport> reports() {
    return List.copyOf(reports.values());
  }

  @Override
  public String description() {
    return "measuring the network and a step";
  }

  @Override
  public RankRows<Integer> rows() {
    return rows;
  }

  @Override
  public Program<Integer> program(JavaSparkContext spark) {
    reports.clear();
    return probing;
  }

  @Override
  public long maxReportBytes() {
    return ProbeReport.MAX_BYTES;
  }

  @Override
  public void reported(int rank, ReportBytes report) {
    reports.put(rank, ProbeReport.decode(report.toArray(ProbeReport.MAX_BYTES)));
  }

  @Override
  public boolean isComplete() {
    return reports.size() == rows.world();
  }

  @Override
  public String progress() {
    return "before the network was measured";
  }
}
