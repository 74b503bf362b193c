package io.syncnorm.submit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * Hadoop's ResourceManager and NodeManagers in this JVM, on loopback. Containers are child
 * processes; closing ends them even if YARN cannot.
 */
final class YarnCluster implements AutoCloseable {
  /** Property that names the folder of Hadoop's test code. */
  private static final String WORK_FOLDER = "test.build.data";

  private static final String HOST = "127.0.0.1";

  private static final String ANY_PORT = HOST + ":0";

  /** Memory of a node: for two executors, or an application master and one executor. */
  private static final int NODE_MEGABYTES = 4096;

  private static final int ALLOCATION_MEGABYTES = 256;

  /**
   * Held in a field, because a discarded logger loses its level; it logs every class that it
   * publishes.
   */
  private static final Logger WEB = Logger.getLogger("org.apache.hadoop.shaded");

  private final MiniYARNCluster cluster;
  private final Path configuration;

  private YarnCluster(MiniYARNCluster cluster, Path configuration) {
    this.cluster = cluster;
    this.configuration = configuration;
  }

  /**
   * Starts a cluster.
   *
   * @param folder for all its files, including yarn-site.xml
   */
  static YarnCluster start(Path folder, int nodes) throws IOException {
    // YARN warns of every file that it deletes twice; output of containers is in their logs.
    Configurator.setLevel("org.apache.hadoop", org.apache.logging.log4j.Level.OFF);
    WEB.setLevel(Level.SEVERE);
    System.setProperty(WORK_FOLDER, folder.resolve("work").toString());
    Path configuration = folder.resolve("conf");
    YarnCluster yarn =
        new YarnCluster(new MiniYARNCluster("yarn-cluster", nodes, 1, 1), configuration);
    try {
      yarn.cluster.init(settings(folder));
      yarn.cluster.start();
      Files.createDirectories(configuration);
      try (OutputStream site = Files.newOutputStream(configuration.resolve("yarn-site.xml"))) {
        yarn.cluster.getConfig().writeXml(site);
      }
    } catch (IOException | RuntimeException e) {
      yarn.close();
      throw e;
    }
    return yarn;
  }

  private static Configuration settings(Path folder) {
    YarnConfiguration settings = new YarnConfiguration();
    // Use the addresses below, whatever this machine's name resolves to.
    settings.setBoolean(YarnConfiguration.YARN_MINICLUSTER_FIXED_PORTS, true);
    for (String address :
        List.of(
            YarnConfiguration.RM_ADDRESS,
            YarnConfiguration.RM_ADMIN_ADDRESS,
            YarnConfiguration.RM_SCHEDULER_ADDRESS,
            YarnConfiguration.RM_RESOURCE_TRACKER_ADDRESS,
            YarnConfiguration.RM_WEBAPP_ADDRESS,
            YarnConfiguration.NM_ADDRESS,
            YarnConfiguration.NM_LOCALIZER_ADDRESS,
            YarnConfiguration.NM_COLLECTOR_SERVICE_ADDRESS,
            YarnConfiguration.NM_WEBAPP_ADDRESS)) {
      settings.set(address, ANY_PORT);
    }
    settings.setInt(YarnConfiguration.YARN_MINICLUSTER_NM_PMEM_MB, NODE_MEGABYTES);
    settings.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, ALLOCATION_MEGABYTES);
    // Java maps more memory than it uses, and tests must run on a nearly full disk.
    settings.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    settings.setFloat(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100);
    // Container logs are aggregated here; NodeManagers that retain logs stop ten seconds later.
    settings.setBoolean(YarnConfiguration.LOG_AGGREGATION_ENABLED, true);
    settings.set(
        YarnConfiguration.NM_REMOTE_APP_LOG_DIR, folder.resolve("logs").toUri().toString());
    // The minicluster has no capacity-scheduler.xml.
    settings.set("yarn.scheduler.capacity.root.queues", "default");
    settings.setInt("yarn.scheduler.capacity.root.default.capacity", 100);
    settings.setFloat("yarn.scheduler.capacity.maximum-am-resource-percent", 1);
    return settings;
  }

  /** Returns the folder for {@code HADOOP_CONF_DIR}. */
  Path configuration() {
    return configuration;
  }

  /** Returns the live executors. */
  List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith("java"))
        .filter(
            child ->
                child.info().commandLine().orElse("").contains("YarnCoarseGrainedExecutorBackend"))
        .toList();
  }

  @Override
  public void close() {
    List<ProcessHandle> containers = ProcessHandle.current().descendants().toList();
    try {
      cluster.stop();
    } finally {
      containers.forEach(ProcessHandle::destroyForcibly);
    }
  }
}
