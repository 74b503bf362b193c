package io.syncnorm.spark.table;

import io.syncnorm.data.DataException;
import io.syncnorm.files.Location;
import io.syncnorm.spark.SqlSession;
import io.syncnorm.spark.source.LoadFaults;
import io.syncnorm.spark.version.Conditions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Opens tables with Spark's readers. */
final class TableReader {
  /** Option of ours: the schema as DDL, for formats that would otherwise infer it. */
  private static final String SCHEMA = "schema";

  /** Formats whose files hold text, so that a number may be misspelled. */
  private static final Set<String> TEXT_FORMATS = Set.of("csv", "json");

  /**
   * Options of formats unless they are set. The first line of a CSV file has names, in all files
   * the same; Spark would ignore the lines of all files but one. A line with missing or additional
   * values is a fault; Spark would fill or cut it.
   */
  private static final Map<String, Map<String, String>> DEFAULTS =
      Map.of(
          "csv",
          Map.of(
              "header",
              "true",
              "inferSchema",
              "true",
              "enforceSchema",
              "false",
              "mode",
              "FAILFAST"),
          "json",
          Map.of("mode", "FAILFAST"));

  private final SparkSession spark;
  private final TableSettings settings;
  private final String name;

  TableReader(SparkSession spark, TableSettings settings) {
    this.spark = spark;
    this.settings = settings;
    this.name =
        settings.paths().isEmpty() ? settings.format() : String.join(", ", settings.paths());
  }

  /**
   * Reads the schema.
   *
   * @throws DataException if there are no such files, or they cannot be read in this format
   */
  TableSchema open() {
    String format = settings.format().toLowerCase(Locale.ROOT);
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(DEFAULTS.getOrDefault(format, Map.of()));
    options.putAll(settings.options());
    String ddl = options.remove(SCHEMA);
    FormatOptions.requireKnown(format, options, name);
    DataFrameReader reader = spark.read().format(settings.format()).options(options);
    String[] paths = addresses();
    Dataset<Row> frame;
    try {
      if (ddl != null) {
        reader.schema(ddl);
      }
      frame = paths.length == 0 ? reader.load() : reader.load(paths);
    } catch (Exception e) { // Spark's AnalysisException is not declared.
      throw unreadable(e);
    }
    TableSchema schema = new TableSchema(frame, name, TEXT_FORMATS.contains(format));
    if (schema.isOverFiles() && frame.inputFiles().length == 0) {
      throw noFiles("no files", null);
    }
    if (frame.columns().length == 0) {
      throw noFiles("no columns", null);
    }
    return schema;
  }

  private String[] addresses() {
    List<String> addresses = new ArrayList<>();
    for (String path : settings.paths()) {
      try {
        Location location = Location.of(path);
        location.in(SqlSession.newHadoopConf(spark));
        addresses.add(location.address());
      } catch (IOException e) {
        throw DataException.of(
            "a path cannot be read",
            path,
            "a name, or an address of a known file system",
            e,
            "check the spelling, and that the file system's jars are given to spark-submit",
            e);
      }
    }
    return addresses.toArray(String[]::new);
  }

  private DataException unreadable(Exception e) {
    return switch (Conditions.of(e).orElse("")) {
      case "PATH_NOT_FOUND" -> noFiles("none", e);
      case "UNABLE_TO_INFER_SCHEMA" -> noFiles("no data of this format", e);
      case "DATA_SOURCE_NOT_FOUND" ->
          DataException.of(
              "Spark has no such format",
              name,
              "idx, parquet, orc, csv, json, libsvm, image, binaryFile, or another that Spark can load",
              "format=" + settings.format(),
              "correct the format, or add its package with --packages",
              e);
      default ->
          DataException.of(
              "the data cannot be read as " + settings.format(),
              LoadFaults.file(e).orElse(name),
              "readable files of this format",
              TableFaults.reason(e),
              "check the format, its options and the files",
              e);
    };
  }

  private DataException noFiles(String found, Exception cause) {
    return DataException.of(
        "there is no data",
        name,
        "files of format " + settings.format(),
        found,
        "check the path",
        cause);
  }
}
