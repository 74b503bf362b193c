package io.syncnorm.kubernetes;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests on a cluster of their own. Where pods are not possible, they are skipped. */
abstract class OnCluster {
  /** Of the only node, for pods to request. */
  static final int PROCESSORS = 8;

  @TempDir static Path folder;
  static Cluster cluster;

  @BeforeAll
  @Timeout(120)
  static void startCluster() throws Exception {
    assumeTrue(Container.arePossible(), "this machine does not let its user have name spaces");
    cluster = Cluster.start(folder, PROCESSORS);
  }

  @AfterAll
  @Timeout(60)
  static void stopCluster() throws Exception {
    if (cluster != null) {
      cluster.close();
      cluster = null;
    }
  }
}
