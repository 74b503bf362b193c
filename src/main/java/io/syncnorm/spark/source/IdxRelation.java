package io.syncnorm.spark.source;

import io.syncnorm.config.Keys;
import io.syncnorm.data.DataException;
import io.syncnorm.data.Rows;
import io.syncnorm.data.idx.IdxBlocks;
import io.syncnorm.data.idx.IdxSet;
import io.syncnorm.files.Location;
import io.syncnorm.spark.SqlSession;
import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.PrunedScan;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A set of IDX files as a table: {@code label}, if there are labels, and {@code features} as read
 * by {@link IdxBlocks} (unsigned bytes / 255, other numbers unchanged). Each vector is dense or
 * sparse, whichever is smaller.
 *
 * <p>Executors read the files. Each partition's task reads a range of rows of raw files. Gzip
 * cannot be split, so each task unpacks the complete files and keeps a range of their rows: with
 * many partitions, cache the table.
 */
final class IdxRelation extends BaseRelation implements PrunedScan {
  private static final String LABEL = "label";
  private static final String FEATURES = "features";

  private final SQLContext context;
  private final Slices slices;

  IdxRelation(SQLContext context, String images, String labels, int classes, int partitions) {
    this.context = context;
    Configuration hadoop = SqlSession.newHadoopConf(context.sparkSession());
    this.slices =
        new Slices(
            resolved(images, hadoop),
            labels.isEmpty() ? labels : resolved(labels, hadoop),
            classes,
            partitions,
            new SerializableConfiguration(hadoop),
            List.of());
  }

  /** Resolves a path by Spark's rules, on the driver: executors have other working directories. */
  private static String resolved(String path, Configuration hadoop) {
    try {
      return Location.of(Location.inSpark(path).in(hadoop).path()).toString();
    } catch (IOException e) {
      throw DataException.of(
          "path cannot be resolved",
          path,
          "a path, or an address of a known file system",
          e,
          "check the spelling, and that the file system's jars are given to spark-submit",
          e);
    }
  }

  @Override
  public SQLContext sqlContext() {
    return context;
  }

  @Override
  public StructType schema() {
    StructType features =
        new StructType()
            .add(new StructField(FEATURES, SQLDataTypes.VectorType(), false, Metadata.empty()));
    if (slices.labels().isEmpty()) {
      return features;
    }
    NominalAttribute label = NominalAttribute.defaultAttr().withName(LABEL);
    int known = slices.classes();
    Metadata classes =
        (known == Keys.AUTO_CLASSES ? label : label.withNumValues(known)).toMetadata();
    return new StructType()
        .add(new StructField(LABEL, DataTypes.DoubleType, false, classes))
        .add(features.apply(FEATURES));
  }

  @Override
  public RDD<Row> buildScan(String[] requiredColumns) {
    List<Integer> numbers = IntStream.range(0, slices.count()).boxed().toList();
    return JavaSparkContext.fromSparkContext(context.sparkContext())
        .parallelize(numbers, slices.count())
        .flatMap(slices.with(List.of(requiredColumns))::rows)
        .rdd();
  }

  /**
   * Slices of the rows, in the order of the files.
   *
   * @param labels path of the labels; empty if there are none
   * @param count number of slices
   * @param columns the requested columns, in their order
   */
  private record Slices(
      String images,
      String labels,
      int classes,
      int count,
      SerializableConfiguration hadoop,
      List<String> columns)
      implements java.io.Serializable {
    private static final long serialVersionUID = 1L;

    Slices with(List<String> wanted) {
      return new Slices(images, labels, classes, count, hadoop, wanted);
    }

    Iterator<Row> rows(int slice) {
      int below = classes == Keys.AUTO_CLASSES ? Keys.MOST_CLASSES : classes;
      IdxSet set = IdxSet.open(images, labels, below, Source.NO_LIMIT, hadoop.value());
      long from = set.rows() * slice / count;
      long to = set.rows() * (slice + 1) / count;
      boolean isRange = set.isSplittable();
      IdxBlocks blocks =
          isRange ? set.blocks(from, to, hadoop.value()) : set.blocks(hadoop.value());
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> blocks.close());
      long[] next = {isRange ? from : 0};
      return StreamSupport.stream(
              Spliterators.spliteratorUnknownSize(blocks, Spliterator.ORDERED), false)
          .flatMap(
              block -> {
                long first = next[0];
                next[0] += block.count();
                int start = (int) Math.min(Math.max(from - first, 0), block.count());
                int end = (int) Math.min(Math.max(to - first, 0), block.count());
                return IntStream.range(start, end).mapToObj(row -> row(block, row));
              })
          .iterator();
    }

    private Row row(Rows block, int row) {
      return RowFactory.create(
          columns.stream()
              .map(
                  column ->
                      column.equals(LABEL)
                          ? (Object) (double) block.label(row)
                          : features(block, row))
              .toArray());
    }

    private static Vector features(Rows block, int row) {
      int length = block.rowLength();
      float[] features = new float[length];
      block.features().copyTo((long) row * length, features, 0, length);
      double[] values = new double[length];
      Arrays.setAll(values, i -> features[i]);
      return Vectors.dense(values).compressed();
    }
  }
}
