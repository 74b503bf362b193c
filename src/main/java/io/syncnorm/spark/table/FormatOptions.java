package io.syncnorm.spark.table;

import io.syncnorm.config.Suggestions;
import io.syncnorm.data.DataException;
import io.syncnorm.spark.ScalaCollections;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.catalyst.DataSourceOptions;
import org.apache.spark.sql.catalyst.csv.CSVOptions$;
import org.apache.spark.sql.catalyst.json.JSONOptions$;
import org.apache.spark.sql.execution.datasources.orc.OrcOptions$;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions$;

/**
 * The options of Spark's own formats. Spark ignores an option that it does not know and a mode that
 * it does not know, and reads other rows than its user wants.
 */
final class FormatOptions {
  private static final Map<String, DataSourceOptions> OF_FORMATS =
      Map.of(
          "csv", CSVOptions$.MODULE$,
          "json", JSONOptions$.MODULE$,
          "orc", OrcOptions$.MODULE$,
          "parquet", ParquetOptions$.MODULE$);

  private static final Map<String, Set<String>> OF_OTHERS =
      Map.of(
          "libsvm", Set.of("numFeatures", "vectorType"),
          "image", Set.of("dropInvalid"),
          "binaryfile", Set.of());

  private static final Set<String> OF_ALL_FILES =
      Set.of(
          "pathGlobFilter",
          "recursiveFileLookup",
          "modifiedBefore",
          "modifiedAfter",
          "ignoreCorruptFiles",
          "ignoreMissingFiles",
          "basePath",
          "timeZone");

  private static final String MODE = "mode";
  private static final Set<String> MODES = Set.of("PERMISSIVE", "DROPMALFORMED", "FAILFAST");

  private FormatOptions() {}

  /**
   * @param format in lower case; one that is not Spark's own takes any option
   * @param options those with a dot go to Hadoop
   * @param table name of the table, for messages
   * @throws DataException if the format has no such option
   */
  static void requireKnown(String format, Map<String, String> options, String table) {
    Set<String> known = known(format);
    for (Map.Entry<String, String> option : options.entrySet()) {
      String name = option.getKey();
      if (!known.isEmpty() && !known.contains(name) && !name.contains(".")) {
        throw unknown(
            "format %s has no such option".formatted(format), table, known, name, "remove it");
      }
      boolean hasModes = name.equalsIgnoreCase(MODE) && OF_FORMATS.containsKey(format);
      if (hasModes && MODES.stream().noneMatch(option.getValue()::equalsIgnoreCase)) {
        throw unknown(
            "option mode has no such value", table, MODES, option.getValue(), "correct it");
      }
    }
  }

  private static Set<String> known(String format) {
    Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    if (OF_FORMATS.containsKey(format)) {
      known.addAll(ScalaCollections.javaSet(OF_FORMATS.get(format).getAllOptions()));
    } else if (OF_OTHERS.containsKey(format)) {
      known.addAll(OF_OTHERS.get(format));
    } else {
      return known;
    }
    known.addAll(OF_ALL_FILES);
    return known;
  }

  private static DataException unknown(
      String what, String table, Collection<String> known, String found, String remedy) {
    return DataException.of(
        what,
        table,
        "one of " + new TreeSet<>(known),
        found,
        Suggestions.nearest(found, known.stream())
            .map(name -> "did you mean %s?".formatted(name))
            .orElse(remedy),
        null);
  }
}
