package io.syncnorm.spark.table;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table that Spark can read, and the columns to use.
 *
 * @param format a name for {@code spark.read().format}
 * @param options options of the format
 * @param paths files, folders and globs, by the rule of {@link io.syncnorm.files.Location}; empty
 *     for a format that has no files
 */
public record TableSettings(
    String format,
    Map<String, String> options,
    List<String> paths,
    TableColumns columns,
    Scale scale) {

  /** How numbers become features. */
  public enum Scale {
    /** Images are divided by 255, other numbers are features. */
    AUTO,

    /** Numbers are features. */
    NONE,

    /** Numbers are divided by 255. */
    BY_255,

    /** Each feature is standardized with the moments of the training rows. */
    STANDARDIZED;

    /** The scale of these features. */
    Scale of(TableFeatures features) {
      return this != AUTO ? this : features.isImage() ? BY_255 : NONE;
    }
  }

  public TableSettings {
    options = Map.copyOf(options);
    paths = List.copyOf(paths);
  }

  /**
   * @param label see {@link TableColumns}
   * @param features see {@link TableColumns}
   * @param weight see {@link TableColumns}
   */
  public TableSettings(
      String format,
      Map<String, String> options,
      List<String> paths,
      String label,
      List<String> features,
      String weight,
      Scale scale) {
    this(format, options, paths, new TableColumns(label, features, weight), scale);
  }

  /**
   * These settings with the number of features, if the format needs it: libsvm would take the
   * largest index in the files, and read all of them for it.
   */
  TableSettings withFeatures(int count) {
    if (!format.equalsIgnoreCase("libsvm")
        || options.keySet().stream().anyMatch("numFeatures"::equalsIgnoreCase)) {
      return this;
    }
    Map<String, String> more = new HashMap<>(options);
    more.put("numFeatures", String.valueOf(count));
    return new TableSettings(format, more, paths, columns, scale);
  }
}
