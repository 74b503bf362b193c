package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.Source;
import io.syncnorm.spark.table.TableSettings.Scale;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** A table in any format that Spark can read. */
public final class TableSource implements Source {
  /** The most that an array holds. */
  private static final int MOST_FEATURES = Integer.MAX_VALUE - 8;

  private final TableSettings settings;
  private final Table table;

  private TableSource(TableSettings settings, Table table) {
    this.settings = settings;
    this.table = table;
  }

  /**
   * Opens the training rows: reads the schema, and finds and checks the columns.
   *
   * @throws DataException if there are no files, or a column is missing or of another type
   */
  public static TableSource training(SparkSession spark, TableSettings settings) {
    return new TableSource(
        settings,
        Table.of(
            schema(spark, settings),
            settings.columns(),
            settings.scale(),
            Part.TRAINING,
            Optional.empty(),
            Optional.empty()));
  }

  /**
   * Opens a table. Spark reads all libsvm files to find the number of features, and does not say
   * which row has stopped it: they are read once more as rows, which name their place.
   */
  private static TableSchema schema(SparkSession spark, TableSettings settings) {
    try {
      return new TableReader(spark, settings).open();
    } catch (DataException e) {
      TableSettings wide = settings.withFeatures(MOST_FEATURES);
      if (!wide.equals(settings)) {
        TableSchema schema = new TableReader(spark, wide).open();
        Table rows =
            Table.of(
                schema,
                settings.columns(),
                Scale.NONE,
                Part.TRAINING,
                Optional.empty(),
                Optional.empty());
        schema.read(() -> rows.blocks().count());
        schema.requireRows();
      }
      throw e;
    }
  }

  /**
   * Opens rows for test, or any others to be used with the model of these training rows. They have
   * the same features, scale and classes.
   *
   * @throws DataException if there are no files, or a column is missing or of another type
   */
  public TableSource test(SparkSession spark, TableSettings test) {
    return new TableSource(
        test,
        Table.of(
            new TableReader(spark, test.withFeatures(format().rowLength())).open(),
            test.columns(),
            settings.scale(),
            Part.TEST,
            Optional.of(table),
            Optional.empty()));
  }

  /**
   * Opens rows for a model, whose training rows are not at hand.
   *
   * @param classes the model's number of classes
   * @param names of the classes, if the model knows them
   * @param features of a row
   * @throws DataException if there are no files, or a column is missing or of another type
   */
  public static TableSource ofModel(
      SparkSession spark,
      TableSettings settings,
      int classes,
      Optional<List<String>> names,
      int features) {
    return new TableSource(
        settings,
        Table.of(
            new TableReader(spark, settings.withFeatures(features)).open(),
            settings.columns(),
            settings.scale(),
            Part.TEST,
            Optional.empty(),
            Optional.of(new TableLabels.Known(classes, names.orElse(List.of())))));
  }

  @Override
  public String schema() {
    return table.schema();
  }

  @Override
  public Optional<List<String>> classNames() {
    return table.classNames();
  }

  @Override
  public RowFormat format() {
    return table.format();
  }

  @Override
  public JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext spark) {
    return table.blocks();
  }

  @Override
  public String description() {
    return settings.format() + " " + String.join(", ", settings.paths());
  }
}
