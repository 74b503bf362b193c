package io.syncnorm.experiment.registry;

import java.util.List;
import java.util.function.Function;

/**
 * Stores the registry's lines. Any number of processes may use one folder at once, and each may be
 * killed at any moment: a line is written completely or not at all.
 */
interface EventStore {
  /** The index of a folder in a local or mounted file system. */
  String INDEX = "index.jsonl";

  String SUMMARY = "summary.csv";

  /** Returns all lines, oldest first. */
  List<String> lines();

  /** Adds a line, given without a line feed. */
  void append(String line);

  /**
   * Replaces the summary.
   *
   * @param summary creates it from all current lines
   */
  void writeSummary(Function<List<String>, String> summary);
}
