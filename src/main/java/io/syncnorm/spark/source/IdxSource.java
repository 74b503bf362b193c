package io.syncnorm.spark.source;

import io.syncnorm.config.Keys;
import io.syncnorm.spark.ScalaCollections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.sources.RelationProvider;
import scala.collection.immutable.Map;

/**
 * The data source {@code idx}: images and labels in the format of MNIST, with values of any type,
 * gzipped or raw, on any file system that Hadoop knows.
 *
 * <pre>{@code
 * Dataset<Row> train = spark.read().format("idx")
 *     .option("images", "data/mnist/train-images-idx3-ubyte.gz")
 *     .option("labels", "data/mnist/train-labels-idx1-ubyte.gz")
 *     .load();   // label double, features vector
 * }</pre>
 *
 * <p>Paths follow Spark's rules: without a scheme they are on Hadoop's default file system.
 * Options: {@code images}; {@code labels}, without which there is no column {@code label}; {@code
 * classes}, 2 to 256, without which the column does not tell their number; {@code partitions}, by
 * default one per core.
 */
public final class IdxSource implements RelationProvider, DataSourceRegister {
  /** The name for {@code spark.read().format}. */
  public static final String NAME = "idx";

  private static final Set<String> OPTIONS =
      new TreeSet<>(List.of("images", "labels", "classes", "partitions"));

  @Override
  public String shortName() {
    return NAME;
  }

  /**
   * @throws IllegalArgumentException if an option is missing, unknown or out of range
   */
  @Override
  public BaseRelation createRelation(SQLContext context, Map<String, String> options) {
    java.util.Map<String, String> given = ScalaCollections.javaMap(options);
    for (String option : given.keySet()) {
      if (!OPTIONS.contains(option) && !isFolderOfTable(option, given)) {
        throw new IllegalArgumentException(
            "unknown option of data source idx: expected one of %s, found option=%s"
                .formatted(OPTIONS, option));
      }
    }
    if (!given.containsKey("images")) {
      throw new IllegalArgumentException(
          "data source idx needs option images: expected the path of an IDX file, found options="
              + new TreeSet<>(given.keySet()));
    }
    return new IdxRelation(
        context,
        given.get("images"),
        given.getOrDefault("labels", ""),
        given.containsKey("classes")
            ? number(given, "classes", 2, 2, Keys.MOST_CLASSES)
            : Keys.AUTO_CLASSES,
        number(
            given,
            "partitions",
            context.sparkContext().defaultParallelism(),
            1,
            Integer.MAX_VALUE));
  }

  /**
   * Whether the option is the folder that Spark adds for every managed table. A {@code path} that a
   * user means for the files comes without {@code images}.
   */
  private static boolean isFolderOfTable(String option, java.util.Map<String, String> given) {
    return option.equals("path") && given.containsKey("images");
  }

  private static int number(
      java.util.Map<String, String> options, String name, int byDefault, int least, int most) {
    String text = options.get(name);
    if (text == null) {
      return byDefault;
    }
    try {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Treated like a number out of range.
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "option %s of data source idx must be an integer from %d to %d, found value=%s",
            name,
            least,
            most,
            text));
  }
}
