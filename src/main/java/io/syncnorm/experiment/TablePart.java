package io.syncnorm.experiment;

import io.syncnorm.config.Configuration;
import io.syncnorm.config.DataSource;
import io.syncnorm.config.Keys;
import java.util.Map;
import java.util.TreeMap;

/** A part of the data that Spark reads, if it is not in IDX files. */
enum TablePart {
  TRAINING("data.train.", Keys.LIMIT_TRAIN.path()),
  TEST("data.test.", Keys.LIMIT_TEST.path());

  private final String prefix;
  private final String limit;

  TablePart(String prefix, String limit) {
    this.prefix = prefix;
    this.limit = limit;
  }

  boolean isOf(Configuration configuration) {
    DataSource source =
        this == TRAINING ? DataSource.training(configuration) : DataSource.test(configuration);
    return !source.isIdx();
  }

  /** Whether a key says where and how the rows are read. */
  boolean owns(String key) {
    return key.startsWith(prefix) || key.equals(limit);
  }

  /** The line that stands for the keys of this part once its rows are known. */
  String line(String rows) {
    return prefix + "path = " + rows;
  }

  /** The settings that the rows depend on. Test rows have the classes of the training rows. */
  Map<String, String> read(Configuration configuration) {
    Map<String, String> read = new TreeMap<>();
    configuration
        .settings()
        .forEach(
            (key, value) -> {
              boolean isOfClasses = this == TEST && TRAINING.owns(key);
              if (owns(key) || isOfClasses || key.equals(Keys.SCALE.path())) {
                read.put(key, value);
              }
            });
    read.put("part", name());
    return read;
  }
}
