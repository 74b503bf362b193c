package io.syncnorm.ml;

import io.syncnorm.config.Keys;
import io.syncnorm.nn.Architecture;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.ModelSize;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * How much a fit takes whatever its rows are, so that what cannot be done is refused before a task
 * runs, and not by a JVM that ends.
 *
 * @param inputs features of a row
 */
record FitSize(FitSettings settings, LabelRange labelRange, int inputs) {
  private static final long MEGABYTE = 1 << 20;
  private static final int FEWEST_CLASSES = 2;

  /**
   * @throws IllegalArgumentException if the network is too large for an array, for the report of an
   *     epoch, or for the memory of the driver or of a worker
   */
  void requireFits(JavaSparkContext spark, int world) {
    int classes = labelRange.known() ? labelRange.classes() : FEWEST_CLASSES;
    Architecture architecture =
        Blueprint.architecture(settings.configuration(classes, settings.batchSize()), inputs);
    long parameters = parameters(architecture);
    int slots = settings.partial().get(Keys.OPTIMIZER_TYPE) == Keys.OptimizerType.ADAM ? 2 : 0;
    long snapshot = Float.BYTES * parameters * (1 + slots);
    if (snapshot > ModelSize.MAX_BYTES) {
      throw tooLarge(
          architecture,
          parameters,
          "what a worker reports after an epoch",
          snapshot,
          ModelSize.MAX_BYTES);
    }
    long driver = Runtime.getRuntime().maxMemory();
    // Parameters and their gradient, and what the optimizer keeps; in local mode all in the driver.
    long worker = Float.BYTES * parameters * (2 + slots);
    long memory = spark.isLocal() ? driver : executorMemory(spark);
    long workers = spark.isLocal() ? world * worker : worker;
    if (workers > memory) {
      throw tooLarge(
          architecture,
          parameters,
          spark.isLocal() ? "all workers' memory" : "a worker's memory",
          workers,
          memory);
    }
    if (snapshot > driver) {
      throw tooLarge(architecture, parameters, "the driver's memory", snapshot, driver);
    }
  }

  private static long parameters(Architecture architecture) {
    long parameters = 0;
    long in = architecture.inputs();
    for (int out : architecture.widths()) {
      parameters += in * out;
      in = out;
    }
    return parameters + in * architecture.classes();
  }

  private static long executorMemory(JavaSparkContext spark) {
    return MEGABYTE * spark.getConf().getSizeAsMb("spark.executor.memory", "1g");
  }

  private static IllegalArgumentException tooLarge(
      Architecture architecture, long parameters, String where, long needed, long most) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "the network is too large: numFeatures=%d, hiddenLayers=%s and numClasses>=%d make parameters>=%d; expected at most %d MB for %s, found at least %d MB; use fewer features (a hashing or a selecting stage), narrower hiddenLayers, solver=sgd or more memory",
            architecture.inputs(),
            architecture.widths(),
            architecture.classes(),
            parameters,
            most / MEGABYTE,
            where,
            needed / MEGABYTE));
  }
}
