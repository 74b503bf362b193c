package io.syncnorm.experiment.rows;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.DataSource;
import io.syncnorm.config.DataSource.FeatureColumns;
import io.syncnorm.config.Key;
import io.syncnorm.config.Keys;
import io.syncnorm.config.layer.LayerList;
import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import io.syncnorm.model.TrainedModel;
import io.syncnorm.spark.input.IdxInput;
import io.syncnorm.spark.input.Input;
import io.syncnorm.spark.source.Counts;
import io.syncnorm.spark.source.IdxFiles;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.Source;
import io.syncnorm.spark.table.TableInput;
import io.syncnorm.spark.table.TableSettings;
import io.syncnorm.spark.table.TableSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** The configured sources of training and test rows. */
public final class DataSources {
  private final JavaSparkContext spark;
  private final Configuration configuration;

  public DataSources(JavaSparkContext spark, Configuration configuration) {
    this.spark = spark;
    this.configuration = configuration;
  }

  /**
   * Opens the source of the training rows: headers and schemas are read, and no row except to find
   * sizes and names of classes.
   *
   * @throws DataException if it cannot be opened
   */
  public Source training() {
    DataSource source = DataSource.training(configuration);
    return source.isIdx()
        ? idx(Part.TRAINING, Keys.TRAIN_IMAGES, Keys.TRAIN_LABELS, classes(), Keys.LIMIT_TRAIN)
        : new LimitedSource(
            TableSource.training(session(), settings(source)),
            rows(Keys.LIMIT_TRAIN),
            Part.TRAINING);
  }

  /**
   * Opens the source of the test rows, which have the features and classes of the training rows.
   *
   * @throws DataException if it cannot be opened
   */
  public Source test(Source training) {
    DataSource source = DataSource.test(configuration);
    if (source.isIdx()) {
      return idx(Part.TEST, Keys.TEST_IMAGES, Keys.TEST_LABELS, classes(), Keys.LIMIT_TEST);
    }
    boolean areTables =
        training instanceof LimitedSource limited && limited.source() instanceof TableSource;
    return areTables
        ? test(
            ((TableSource) ((LimitedSource) training).source()).test(session(), settings(source)))
        : test(source, classes(), training.classNames(), training.format().rowLength());
  }

  /**
   * Opens the source of the test rows by itself.
   *
   * @throws DataException if it cannot be opened
   */
  public Source test() {
    DataSource source = DataSource.test(configuration);
    return source.isIdx()
        ? idx(Part.TEST, Keys.TEST_IMAGES, Keys.TEST_LABELS, classes(), Keys.LIMIT_TEST)
        : test(TableSource.training(session(), settings(source)));
  }

  /**
   * Opens the source of the test rows for a model.
   *
   * @throws DataException if it cannot be opened
   */
  public Source test(TrainedModel model) {
    DataSource source = DataSource.test(configuration);
    return source.isIdx()
        ? idx(Part.TEST, Keys.TEST_IMAGES, Keys.TEST_LABELS, model.classes(), Keys.LIMIT_TEST)
        : test(source, model.classes(), model.classNames(), Math.toIntExact(model.inputs()));
  }

  private Source test(DataSource source, int classes, Optional<List<String>> names, int features) {
    return test(TableSource.ofModel(session(), settings(source), classes, names, features));
  }

  private Source test(TableSource table) {
    return new LimitedSource(table, rows(Keys.LIMIT_TEST), Part.TEST);
  }

  /**
   * Reads all rows of one source, as training rows.
   *
   * @throws DataException if a row is invalid
   */
  public static PackedData read(JavaSparkContext spark, Source source, LoadListener listener) {
    return PackedData.read(
        spark, new LimitedSource(source, source.limit(), Part.TRAINING), listener);
  }

  /**
   * Opens rows to predict, read as the test rows are.
   *
   * @param format instead of that of the test rows, whose options then do not apply
   * @param columns of a table to keep; empty for all single values that are not features
   * @throws DataException if they cannot be opened
   */
  public Input input(
      List<String> paths, Optional<String> format, List<String> columns, TrainedModel model) {
    DataSource test = DataSource.test(configuration);
    DataSource source =
        new DataSource(
            format.orElse(test.format()),
            paths,
            format.map(test.format()::equalsIgnoreCase).orElse(true) ? test.options() : Map.of(),
            test.label(),
            test.features(),
            test.weight());
    if (!source.isIdx()) {
      return TableInput.of(session(), settings(source), columns, Math.toIntExact(model.inputs()));
    }
    if (paths.size() > 1) {
      throw DataException.of(
          "only one IDX file can be read",
          paths.get(1),
          "1 file of images",
          "paths=" + paths,
          "give one, or set data.test.format to the format of these files",
          null);
    }
    return IdxInput.of(paths.get(0), spark.hadoopConfiguration());
  }

  private Source idx(
      Part part, Key<String> images, Key<String> labels, int classes, Key<Integer> limit) {
    if (configuration.get(Keys.SCALE) == Keys.Scale.NONE) {
      throw DataException.of(
          "pixels of IDX files are always divided by 255",
          configuration.get(images),
          "data.scale = auto, by-255 or standardized",
          "data.scale = none",
          "use another scale",
          null);
    }
    return IdxFiles.of(
        part,
        configuration.get(images),
        configuration.get(labels),
        classes,
        rows(limit),
        spark.hadoopConfiguration());
  }

  /** The number of classes that labels must be below. */
  private int classes() {
    int classes = configuration.get(Keys.CLASSES);
    return classes == Keys.AUTO_CLASSES ? Keys.MOST_CLASSES : classes;
  }

  private long rows(Key<Integer> limit) {
    int rows = configuration.get(limit);
    return rows == Keys.UNLIMITED ? Source.NO_LIMIT : rows;
  }

  private SparkSession session() {
    return SparkSession.builder().sparkContext(spark.sc()).getOrCreate();
  }

  /** The settings of a table, as {@code data.train} or {@code data.test} has them. */
  private TableSettings settings(DataSource source) {
    return new TableSettings(
        source.format(),
        source.options(),
        source.paths(),
        source.label(),
        source.features() instanceof FeatureColumns.Chosen chosen ? chosen.columns() : List.of(),
        source.weightColumn().orElse(""),
        TableSettings.Scale.valueOf(configuration.get(Keys.SCALE).name()));
  }

  /**
   * Resolves what depends on the training rows: {@code data.classes = auto}, which is the number of
   * names, or the largest training label plus one, and {@code model.image = auto}.
   *
   * @param rowsByLabel of the training rows
   * @throws DataException if a configured number does not fit, or there is only one class
   */
  public static Configuration resolved(
      Configuration configuration, Source training, long[] rowsByLabel) {
    return withClasses(withImage(configuration, training.format()), training, rowsByLabel);
  }

  /**
   * Resolves {@code model.image = auto} to the dimensions of the rows; it stays for rows that are
   * vectors, and for networks without {@code model.layers}, whose checkpoints do not name an image.
   */
  private static Configuration withImage(Configuration configuration, RowFormat format) {
    LayerList layers = configuration.get(Keys.LAYERS);
    List<Integer> shape = format.shape();
    if (!layers.isConfigured() || !configuration.get(Keys.IMAGE).equals(Keys.AUTO_IMAGE)) {
      return configuration;
    }
    if (shape.size() == 2) {
      return configuration.with(Keys.IMAGE, List.of(shape.get(0), shape.get(1), 1));
    }
    if (shape.size() != 3) {
      return configuration;
    }
    boolean isChannelsFirst = layers.isChannelsFirst() || shape.get(0) == 1;
    return configuration.with(
        Keys.IMAGE, isChannelsFirst ? List.of(shape.get(1), shape.get(2), shape.get(0)) : shape);
  }

  private static Configuration withClasses(
      Configuration configuration, Source training, long[] rowsByLabel) {
    Optional<List<String>> names = training.classNames();
    int found = names.map(List::size).orElse(rowsByLabel.length);
    int configured = configuration.get(Keys.CLASSES);
    if (configured == Keys.AUTO_CLASSES) {
      if (found < 2) {
        throw unfit("there is only one class", training, "training rows of 2 classes", found);
      }
      return configuration.with(Keys.CLASSES, found);
    }
    if (names.isPresent() && found != configured) {
      throw unfit("number of classes differs", training, "data.classes=" + configured, found);
    }
    requireBelow(configured, training, DataSource.training(configuration), rowsByLabel);
    return configuration;
  }

  /**
   * @param resolved configuration with the number of classes
   * @param rowsByLabel of the test rows
   * @throws DataException if test rows have a label that is no class of the training rows
   */
  public static void requireClasses(Configuration resolved, Source test, long[] rowsByLabel) {
    requireBelow(resolved.classes(), test, DataSource.test(resolved), rowsByLabel);
  }

  private static void requireBelow(
      int classes, Source source, DataSource configured, long[] rowsByLabel) {
    int largest = rowsByLabel.length - 1;
    if (largest >= classes) {
      throw DataException.of(
          "label is out of range",
          source.description(),
          String.format(Locale.ROOT, "0 to %d (classes=%d)", classes - 1, classes),
          String.format(
              Locale.ROOT,
              "%d, rows=%d%s",
              largest,
              rowsByLabel[largest],
              configured.isIdx() ? "" : ", column=" + configured.label()),
          "correct the labels, raise data.classes, or add training rows with this label",
          null);
    }
  }

  private static DataException unfit(String what, Source training, String expected, int found) {
    return DataException.of(
        what,
        training.description(),
        expected,
        "classes=" + found,
        "correct the labels, or set data.classes = auto",
        null);
  }

  /** The text that identifies rows. */
  public static String rows(Counts counts) {
    return "rows " + counts.fingerprint();
  }

  /**
   * What identifies the rows of a source: SHA-256 of each file, by path, where it is known,
   * otherwise the fingerprint of the rows by the source's description.
   */
  public static Map<String, String> contents(Source source, Counts counts) {
    return counts.files().isEmpty() ? Map.of(source.description(), rows(counts)) : counts.files();
  }
}
