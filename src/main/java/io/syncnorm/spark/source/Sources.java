package io.syncnorm.spark.source;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowFormat;
import java.util.List;

/**
 * Where the rows of each part come from: two sources of one format, or one source of both parts.
 */
record Sources(Source training, Source test) {
  /**
   * @throws DataException if the sources differ in format
   */
  static Sources of(Source training, Source test) {
    RowFormat wanted = training.format();
    RowFormat found = test.format();
    String noun = wanted.shape().size() > 1 ? "images" : "rows";
    if (!wanted.shape().equals(found.shape())) {
      throw DataException.of(
          "training and test " + noun + " differ in size",
          test.description(),
          wanted.size() + " as in " + training.description(),
          found.size(),
          "give training and test data of the same set",
          null);
    }
    if (wanted.isPixels() != found.isPixels()) {
      throw DataException.of(
          "training and test " + noun + " differ in the type of their values",
          test.description(),
          values(wanted) + " as in " + training.description(),
          values(found),
          "give training and test data of the same set",
          null);
    }
    return new Sources(training, test);
  }

  private static String values(RowFormat format) {
    return format.isPixels() ? "unsigned bytes" : "other numbers";
  }

  static Sources of(Source both) {
    return new Sources(both, both);
  }

  Source of(Part part) {
    return part == Part.TRAINING ? training : test;
  }

  /** The sources to read. */
  List<Source> distinct() {
    return isOne() ? List.of(training) : List.of(training, test);
  }

  private boolean isOne() {
    return training == test;
  }

  /** The part of a source's rows, or of most of them. */
  Part partOf(Source source) {
    return source == training ? Part.TRAINING : Part.TEST;
  }

  /** Whether the sizes of all rows are known, and their sum is at most this. */
  boolean isAtMost(long bytes) {
    return distinct().stream().allMatch(source -> source.packedBytes().isPresent())
        && distinct().stream().mapToLong(source -> source.packedBytes().getAsLong()).sum() <= bytes;
  }

  RowFormat format() {
    return training.format();
  }

  String description() {
    return isOne() ? training.description() : training.description() + ", " + test.description();
  }

  private static void requireWeight(Source source, RunCounts counts) {
    if (counts.rows() > 0 && !counts.hasWeight()) {
      throw DataException.of(
          "all rows have weight 0",
          source.description(),
          "at least 1 row with a weight above 0",
          "rows=" + counts.rows(),
          "name another column of weights, or none",
          null);
    }
  }

  /**
   * @throws DataException if there are no rows to train or test on, or all have weight 0; one
   *     source may be without rows of one part
   */
  void requireRows(Numbering numbering) {
    for (Source source : distinct()) {
      long rows = numbering.counts(partOf(source)).rows();
      if (isOne()) {
        rows += numbering.counts(Part.TEST).rows();
      }
      if (rows == 0) {
        throw DataException.of(
            partOf(source) == Part.TRAINING
                ? "there are no training rows"
                : "there are no test rows",
            source.description(),
            "at least 1 row",
            "none",
            "correct the path or the condition that selects the rows",
            null);
      }
      requireWeight(source, numbering.counts(partOf(source)));
    }
  }
}
