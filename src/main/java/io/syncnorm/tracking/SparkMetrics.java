package io.syncnorm.tracking;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.codahale.metrics.Timer;
import io.syncnorm.experiment.RunListener;
import io.syncnorm.report.RunResult;
import io.syncnorm.train.EpochResult;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;

/**
 * Publishes the metrics of the last epoch as Spark metrics, {@code
 * <application>.driver.syncnorm.*}: they go to the sinks of {@code spark.metrics.conf} (JMX, CSV,
 * Graphite, Prometheus).
 */
public final class SparkMetrics implements RunListener {
  @Override
  public void epochFinished(String model, EpochResult result) {
    Training.ofThisApplication().ifPresent(training -> training.epochFinished(result));
  }

  @Override
  public void runDone(RunResult result) {
    Training.ofThisApplication().ifPresent(training -> training.done.inc());
  }

  @Override
  public void runFailed(Failure how, String message) {
    Training.ofThisApplication().ifPresent(training -> training.broken.inc());
  }

  /**
   * The metrics source of this application, kept by Spark. Its interface is private in Scala and
   * public in bytecode.
   */
  private static final class Training implements Source {
    private static final String NAME = "syncnorm";

    private final MetricRegistry registry = new MetricRegistry();
    private final Timer epochs = registry.timer("epochs");
    private final Counter done = registry.counter("runs.done");
    private final Counter broken = registry.counter("runs.broken");
    private volatile EpochResult last;

    private Training() {
      gauge("epoch", EpochResult::epoch);
      gauge("loss.train", EpochResult::trainLoss);
      gauge("loss.test", EpochResult::testLoss);
      gauge("accuracy.train", EpochResult::trainAccuracy);
      gauge("accuracy.test", EpochResult::testAccuracy);
      gauge("seconds.compute", epoch -> epoch.times().computeSeconds());
      gauge("seconds.sync", epoch -> epoch.times().syncSeconds());
      gauge("seconds.wait", epoch -> epoch.times().waitSeconds());
      gauge("seconds.average", epoch -> epoch.times().averageSeconds());
      gauge("exchange.p50.micros", epoch -> epoch.exchanges().p50Micros());
      gauge("exchange.p99.micros", epoch -> epoch.exchanges().p99Micros());
    }

    /**
     * The source of this application; empty if Spark has stopped, which may be why a run failed.
     */
    static Optional<Training> ofThisApplication() {
      SparkEnv running = SparkEnv.get();
      if (running == null) {
        return Optional.empty();
      }
      MetricsSystem metrics = running.metricsSystem();
      synchronized (Training.class) { // cells of a grid may start at the same time
        var known = metrics.getSourcesByName(NAME);
        if (!known.isEmpty()) {
          return Optional.of((Training) known.head());
        }
        Training training = new Training();
        metrics.registerSource(training);
        return Optional.of(training);
      }
    }

    /** NaN until an epoch has ended. */
    private void gauge(String name, ToDoubleFunction<EpochResult> figure) {
      registry.register(
          name,
          (Gauge<Double>)
              () -> {
                EpochResult epoch = last;
                return epoch == null ? Double.NaN : figure.applyAsDouble(epoch);
              });
    }

    void epochFinished(EpochResult result) {
      last = result;
      epochs.update((long) (1e9 * result.times().seconds()), TimeUnit.NANOSECONDS);
    }

    @Override
    public String sourceName() {
      return NAME;
    }

    @Override
    public MetricRegistry metricRegistry() {
      return registry;
    }
  }
}
