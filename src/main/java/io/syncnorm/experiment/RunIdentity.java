package io.syncnorm.experiment;

import io.syncnorm.config.Keys;
import io.syncnorm.config.NetworkSource;
import io.syncnorm.data.DataException;
import io.syncnorm.experiment.rows.DataSources;
import io.syncnorm.files.Location;
import io.syncnorm.files.Sha256;
import io.syncnorm.spark.source.Counts;
import io.syncnorm.spark.source.Survey;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Identifies runs by the settings and data that decide their outcome. Files count by their content
 * and not by their names, and rows that Spark reads count by themselves, so a run keeps its
 * identity if it or its data is moved, or its data is written in another format.
 *
 * <p>Each file is read and hashed at most once; its content must not change during the lifetime of
 * this object. Thread-safe.
 */
public final class RunIdentity {
  private static final List<io.syncnorm.config.Key<String>> TRAINING_FILES =
      List.of(Keys.TRAIN_IMAGES, Keys.TRAIN_LABELS);

  private static final List<io.syncnorm.config.Key<String>> TEST_FILES =
      List.of(Keys.TEST_IMAGES, Keys.TEST_LABELS);

  private static final int BUFFER_BYTES = 1 << 16;

  private final Configuration hadoop;

  /** SHA-256 in hex, by the file name that the user gave; empty if the file cannot be read. */
  private final Map<String, Optional<String>> hashes = new ConcurrentHashMap<>();

  /** What identifies the rows of other formats, by the settings that they depend on. */
  private final Map<Map<String, String>, String> fingerprints = new ConcurrentHashMap<>();

  /**
   * @param hadoop configuration of Hadoop's file systems
   */
  public RunIdentity(Configuration hadoop) {
    this.hadoop = hadoop;
  }

  /**
   * Returns the name of a run's directory.
   *
   * @param configuration with a resolved world
   */
  public String name(String command, io.syncnorm.config.Configuration configuration) {
    return name(command, configuration, outcome(configuration));
  }

  /**
   * @param outcome result of {@link #outcome} for a configuration with the same {@code run.name}
   */
  static String name(
      String command, io.syncnorm.config.Configuration configuration, List<String> outcome) {
    byte[] hash = Sha256.of(command + "\n" + String.join("\n", outcome) + "\n");
    return configuration.get(Keys.RUN_NAME) + "-" + HexFormat.of().formatHex(hash, 0, 4);
  }

  /**
   * Returns everything that decides the outcome, {@code key = value} each, with the SHA-256 of a
   * file in place of its name, and the fingerprint of rows of any other format in place of all
   * settings that say where and how they are read. A file, or rows, that cannot be read keep their
   * settings: the error is reported when they are read as data.
   */
  List<String> outcome(io.syncnorm.config.Configuration configuration) {
    Map<String, String> contents = new LinkedHashMap<>();
    files(configuration)
        .forEach(
            (key, file) ->
                hashes
                    .computeIfAbsent(file, this::hash)
                    .ifPresent(hash -> contents.put(key, "SHA-256 " + hash)));
    List<String> lines = new ArrayList<>();
    Map<TablePart, String> known = new EnumMap<>(TablePart.class);
    for (TablePart table : TablePart.values()) {
      String rows = table.isOf(configuration) ? fingerprints.get(table.read(configuration)) : null;
      if (rows != null) {
        known.put(table, rows);
      }
    }
    for (String line : configuration.renderOutcome().lines().toList()) {
      String key = line.substring(0, line.indexOf(" = "));
      if (contents.containsKey(key)) {
        lines.add(key + " = " + contents.get(key));
      } else if (known.keySet().stream().noneMatch(table -> table.owns(key))) {
        lines.add(line);
      }
    }
    known.forEach((table, rows) -> lines.add(table.line(rows)));
    return lines;
  }

  /** Whether the name of a run depends on rows, which Spark must read. */
  public static boolean readsRows(io.syncnorm.config.Configuration configuration) {
    return Stream.of(TablePart.values()).anyMatch(table -> table.isOf(configuration));
  }

  /** Whether the rows that {@link #outcome} depends on have been read. */
  boolean knowsRows(io.syncnorm.config.Configuration configuration) {
    return Stream.of(TablePart.values())
        .filter(table -> table.isOf(configuration))
        .allMatch(table -> fingerprints.containsKey(table.read(configuration)));
  }

  /** Returns the file names, by key. */
  private static Map<String, String> files(io.syncnorm.config.Configuration configuration) {
    Map<String, String> files = new LinkedHashMap<>();
    idx(configuration).forEach(key -> files.put(key.path(), configuration.get(key)));
    if (configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile network) {
      files.put(Keys.DL4J.path(), network.path());
    }
    return files;
  }

  /** The keys of IDX files that are read. */
  private static List<io.syncnorm.config.Key<String>> idx(
      io.syncnorm.config.Configuration configuration) {
    return Stream.concat(
            TablePart.TRAINING.isOf(configuration) ? Stream.empty() : TRAINING_FILES.stream(),
            TablePart.TEST.isOf(configuration) ? Stream.empty() : TEST_FILES.stream())
        .toList();
  }

  /**
   * Stores what identifies data that has been read.
   *
   * @throws DataException if a file has changed since it was hashed
   */
  void read(io.syncnorm.config.Configuration configuration, Survey survey) {
    for (io.syncnorm.config.Key<String> key : idx(configuration)) {
      String file = configuration.get(key);
      Counts counts = TRAINING_FILES.contains(key) ? survey.training() : survey.test();
      read(file, counts.files().get(address(file)));
    }
    for (TablePart table : TablePart.values()) {
      if (table.isOf(configuration)) {
        Counts counts = table == TablePart.TRAINING ? survey.training() : survey.test();
        fingerprints.put(table.read(configuration), DataSources.rows(counts));
      }
    }
  }

  private String address(String file) {
    try {
      return Location.of(file).in(hadoop).address();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot resolve " + file, e); // it has just been read
    }
  }

  /**
   * Stores the hash of the file that a network was read from, if any.
   *
   * @throws DataException if the file has changed since it was hashed
   */
  void read(io.syncnorm.config.Configuration configuration, UntrainedModel model) {
    if (configuration.get(Keys.DL4J) instanceof NetworkSource.Dl4jFile network) {
      model.files().values().forEach(hash -> read(network.path(), hash));
    }
  }

  private void read(String file, String hash) {
    Optional<String> before = hashes.putIfAbsent(file, Optional.of(hash));
    if (before != null && !before.equals(Optional.of(hash))) {
      throw DataException.of(
          "file has changed since this command started",
          file,
          "SHA-256 " + before.orElse("of a file that could not be read"),
          "SHA-256 " + hash,
          "run the command again",
          null);
    }
  }

  private Optional<String> hash(String name) {
    try {
      Location.Found file = Location.of(name).in(hadoop).find();
      return file.isFolder() ? Optional.empty() : hash(file);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Reads nothing from a pipe or device, whose stated length is 0. */
  private static Optional<String> hash(Location.Found file) throws IOException {
    MessageDigest sha256 = Sha256.start();
    byte[] buffer = new byte[BUFFER_BYTES];
    long remaining = file.bytes();
    if (remaining == 0) {
      return Optional.empty();
    }
    try (InputStream in = file.open()) {
      for (int got = in.read(buffer); got >= 0 && remaining >= 0; got = in.read(buffer)) {
        sha256.update(buffer, 0, got);
        remaining -= got;
      }
    }
    return remaining == 0
        ? Optional.of(HexFormat.of().formatHex(sha256.digest()))
        : Optional.empty();
  }
}
