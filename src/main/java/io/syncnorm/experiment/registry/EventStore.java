package io.syncnorm.experiment.registry;

import java.util.List;
import java.util.function.Function;

/**
 * Where the registry's lines are kept. Any number of processes may use one folder at once, and each
 * may end at any moment: a line is there whole or not at all.
 */
interface EventStore {
  /** The index of a folder in a local or mounted file system. */
  String INDEX = "index.jsonl";

  String SUMMARY = "summary.csv";

  /** All lines, the oldest first. */
  List<String> lines();

  /** Adds a line, which has no line feed. */
  void append(String line);

  /**
   * Replaces the summary.
   *
   * @param summary makes it of all lines at that moment
   */
  void writeSummary(Function<List<String>, String> summary);
}
