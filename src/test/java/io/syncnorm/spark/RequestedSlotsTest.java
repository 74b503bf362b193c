package io.syncnorm.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfile$;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The task slots that the settings of each kind of cluster ask for. */
class RequestedSlotsTest {
  private static final int NO_NUMBER = 0;

  @BeforeEach
  @AfterEach
  void forgetProfile() {
    ResourceProfile$.MODULE$.clearDefaultProfile(); // Spark keeps the profile of the first settings
  }

  @ParameterizedTest
  @CsvSource({
    "yarn, spark.executor.instances=3, 3",
    "yarn, spark.executor.instances=3 spark.executor.cores=4, 12",
    "yarn, spark.executor.instances=3 spark.executor.cores=5 spark.task.cpus=2, 6",
    "yarn, '', 2",
    "k8s://https://h:1, spark.executor.instances=4, 4",
    "spark://h:1, spark.cores.max=6 spark.executor.cores=2, 6",
    "spark://h:1, spark.cores.max=5 spark.executor.cores=2, 4",
    "spark://h:1, spark.cores.max=6, 6",
    "spark://h:1, spark.cores.max=6 spark.task.cpus=2, 3",
    "spark://h:1, spark.executor.cores=2, 0",
    "spark://h:1, spark.executor.instances=2, 0",
    "'local-cluster[2,3,1024]', '', 6",
    "'local-cluster[2, 3, 1024]', spark.executor.cores=2, 4",
    "'local-cluster[2,3,1024]', spark.cores.max=3, 3",
    "local[2], spark.executor.instances=3, 0"
  })
  void shouldCountTheSlotsOfTheExecutorsThatSparkWasAskedFor(
      String master, String settings, int slots) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    for (String setting : settings.split(" ", -1)) {
      if (!setting.isEmpty()) {
        conf.set(setting.split("=", 2)[0], setting.split("=", 2)[1]);
      }
    }
    ResourceProfile profile = ResourceProfile$.MODULE$.getOrCreateDefaultProfile(conf);
    assertEquals(
        slots, RequestedSlots.of(conf, profile).map(RequestedSlots::slots).orElse(NO_NUMBER));
  }

  @ParameterizedTest
  @CsvSource({
    "yarn, spark.dynamicAllocation.maxExecutors=4 spark.executor.cores=2, 8",
    "yarn, spark.dynamicAllocation.maxExecutors=4 spark.executor.instances=2, 4",
    "yarn, spark.executor.instances=2, 0",
    "k8s://https://h:1, spark.dynamicAllocation.maxExecutors=3, 3",
    "spark://h:1, spark.cores.max=6 spark.executor.cores=2, 6",
    "spark://h:1, spark.cores.max=6 spark.executor.cores=2 spark.dynamicAllocation.maxExecutors=2, 4",
    "spark://h:1, spark.executor.cores=2 spark.dynamicAllocation.maxExecutors=3, 6",
    "spark://h:1, spark.dynamicAllocation.maxExecutors=3, 0",
    "'local-cluster[2,3,1024]', spark.dynamicAllocation.maxExecutors=1, 3"
  })
  void shouldCountTheMostSlotsThatDynamicAllocationMayBring(
      String master, String settings, int slots) {
    shouldCountTheSlotsOfTheExecutorsThatSparkWasAskedFor(
        master, settings + " spark.dynamicAllocation.enabled=true", slots);
  }

  @ParameterizedTest
  @CsvSource({"1, 2", "0.5, 4"})
  void shouldCountOtherResourcesOfATask(String gpus, int slots) {
    SparkConf conf =
        new SparkConf(false)
            .set("spark.master", "yarn")
            .set("spark.executor.cores", "8")
            .set("spark.executor.resource.gpu.amount", "1")
            .set("spark.task.resource.gpu.amount", gpus);
    ResourceProfile profile = ResourceProfile$.MODULE$.getOrCreateDefaultProfile(conf);
    assertEquals(slots, RequestedSlots.of(conf, profile).orElseThrow().slots());
  }
}
