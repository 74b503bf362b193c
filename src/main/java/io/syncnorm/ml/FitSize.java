package io.syncnorm.ml;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.Keys;
import io.syncnorm.config.layer.LayerList;
import io.syncnorm.nn.Architecture;
import io.syncnorm.nn.ParameterLayout;
import io.syncnorm.train.Blueprint;
import io.syncnorm.train.PlanException;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The memory that a fit needs at least, whatever its rows. A fit that cannot run is rejected before
 * a task starts, instead of failing with an OutOfMemoryError.
 *
 * @param parameters a lower bound of their number
 */
record FitSize(Architecture architecture, long parameters) {
  private static final long MEGABYTE = 1 << 20;
  private static final int FEWEST_CLASSES = 2;

  /**
   * Checks a fit.
   *
   * @param params its configuration, with a default number of classes
   * @param inputs features of a row
   * @throws IllegalArgumentException if the network is too large for the memory of the driver or of
   *     a worker, or for one vector, or its layers do not fit together
   */
  static void requireFits(
      Configuration params, LabelRange labels, int inputs, JavaSparkContext spark, int world) {
    int classes = labels.known() ? labels.classes() : FEWEST_CLASSES;
    Configuration configuration = params.with(Keys.CLASSES, classes);
    Architecture architecture = architecture(configuration, inputs);
    FitSize size = new FitSize(architecture, architecture.weightCount());
    int slots = Blueprint.optimizerSlots(configuration);
    int outer = configuration.get(Keys.OUTER_TYPE) == Keys.OuterType.NONE ? 0 : 1;
    long snapshot = Float.BYTES * size.parameters * (1 + slots + outer);
    long driver = Runtime.getRuntime().maxMemory();
    // Parameters, gradient, optimizer state, and for the outer optimizer its velocity and the last
    // merged model; in local mode all workers run in the driver.
    long worker = Float.BYTES * size.parameters * (2 + slots + 2 * outer);
    if (spark.isLocal()) {
      size.require("all workers' memory", world * worker, driver);
    } else {
      size.require("a worker's memory", worker, executorMemory(spark));
    }
    size.require("the driver's memory", snapshot, driver);
    ParameterLayout.of(architecture);
  }

  /** The network, with messages that name params. */
  private static Architecture architecture(Configuration configuration, int inputs) {
    List<Integer> image = configuration.get(Keys.IMAGE);
    LayerList layers = configuration.get(Keys.LAYERS);
    if (layers.needsImages() && image.equals(Keys.AUTO_IMAGE)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "layers=%s take images: expected imageShape for numFeatures=%d, found none; set it to"
                  + " height, width and channels",
              layers,
              inputs));
    }
    long size = image.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
    if (layers.isConfigured() && !image.equals(Keys.AUTO_IMAGE) && size != inputs) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "imageShape does not fit the features: expected height * width * channels ="
                  + " numFeatures=%d, found imageShape=%s",
              inputs,
              image));
    }
    try {
      return Blueprint.architecture(configuration, inputs);
    } catch (PlanException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static long executorMemory(JavaSparkContext spark) {
    return MEGABYTE * spark.getConf().getSizeAsMb("spark.executor.memory", "1g");
  }

  private void require(String where, long needed, long most) {
    if (needed > most) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network is too large: numFeatures=%d, hiddenLayers=%s and numClasses>=%d give"
                  + " parameters>=%d; expected at most %d MB for %s, found at least %d MB; use"
                  + " fewer features (hashing or feature selection), narrower hiddenLayers,"
                  + " solver=sgd or more memory",
              architecture.inputs(),
              architecture.widths(),
              architecture.classes(),
              parameters,
              most / MEGABYTE,
              where,
              needed / MEGABYTE));
    }
  }
}
