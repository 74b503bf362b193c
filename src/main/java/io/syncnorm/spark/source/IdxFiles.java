package io.syncnorm.spark.source;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Rows;
import io.syncnorm.data.idx.IdxBlocks;
import io.syncnorm.data.idx.IdxFile;
import io.syncnorm.data.idx.IdxSet;
import io.syncnorm.data.idx.ReadAhead;
import io.syncnorm.files.Location;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.Sent;
import io.syncnorm.spark.TaskRows;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * An IDX image file and its labels. Raw files are read by ranges of rows, each task at the offsets
 * that it needs. A gzipped file is read by one task from its beginning to its end.
 */
public final class IdxFiles implements Source {
  /** Bytes of images that a task reads. */
  private static final long RANGE_BYTES = 24L << 20;

  /** Files of so many bytes are read by one task. */
  private static final long SMALL_BYTES = 8L << 20;

  private final Part part;
  private final IdxSet set;
  private final String images;
  private final ConcurrentHashMap<String, String> hashes = new ConcurrentHashMap<>();

  private IdxFiles(Part part, IdxSet set, String images) {
    this.part = part;
    this.set = set;
    this.images = images;
  }

  /**
   * Reads the headers.
   *
   * @param images path of the images, as in {@link Location#of(String)}
   * @param labels path of the labels; empty if there are none
   * @param classes labels must be below, at most 256
   * @param limit number of rows to read, from the first
   * @throws DataException if a file is missing or invalid, as far as its header tells
   */
  public static IdxFiles of(
      Part part, String images, String labels, int classes, long limit, Configuration hadoop) {
    String whole = resolved(images, hadoop);
    IdxSet set =
        IdxSet.open(
            whole, labels.isEmpty() ? labels : resolved(labels, hadoop), classes, limit, hadoop);
    return new IdxFiles(part, set, whole);
  }

  /** A path that is good in any process: executors have other working directories. */
  private static String resolved(String path, Configuration hadoop) {
    try {
      return Location.of(Location.of(path).in(hadoop).path()).toString();
    } catch (IOException e) {
      throw DataException.of(
          "path cannot be resolved",
          path,
          "a path, or a URI of a known file system",
          e,
          "check the spelling, and that the file system's jars are given to spark-submit",
          e);
    }
  }

  @Override
  public RowFormat format() {
    return set.format();
  }

  @Override
  public String schema() {
    return set.schema();
  }

  @Override
  public String description() {
    return images;
  }

  @Override
  public long limit() {
    return set.rows();
  }

  @Override
  public OptionalLong packedBytes() {
    return OptionalLong.of(set.rows() * set.format().rowLength() * (format().isPixels() ? 1 : 4));
  }

  @Override
  public JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext spark) {
    int ranges = ranges(spark.defaultParallelism());
    Reading reading =
        new Reading(
            part,
            set,
            images,
            ranges,
            // In the tasks' closure it would be most of what each task has to read.
            Sent.of(spark, new SerializableConfiguration(spark.hadoopConfiguration())),
            hashes);
    int tasks = ranges == 1 ? 1 : ranges + set.fileCount();
    return TaskRows.of(
        spark.parallelize(IntStream.range(0, tasks).boxed().toList(), tasks).rdd(), reading);
  }

  private int ranges(int cores) {
    long bytes = set.rows() * set.rowBytes();
    if (!set.isSplittable() || bytes <= SMALL_BYTES) {
      return 1;
    }
    return (int) Math.min(set.rows(), Math.max(cores, (bytes + RANGE_BYTES - 1) / RANGE_BYTES));
  }

  @Override
  public ConcurrentHashMap<String, String> hashes() {
    return hashes;
  }

  /** Reads one range, or hashes one file. */
  private record Reading(
      Part part,
      IdxSet set,
      String images,
      int ranges,
      Sent<SerializableConfiguration> conf,
      ConcurrentHashMap<String, String> hashes)
      implements Function2<Integer, Iterator<Integer>, Iterator<Packet<RowBlock>>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Packet<RowBlock>> call(Integer task, Iterator<Integer> numbers) {
      Configuration hadoop = conf.value().value();
      if (task >= ranges) {
        add(set.hash(task - ranges, hadoop));
        return List.<Packet<RowBlock>>of().iterator();
      }
      long from = set.rows() * task / ranges;
      long to = set.rows() * (task + 1) / ranges;
      IdxBlocks blocks = ranges == 1 ? set.blocks(hadoop) : set.blocks(from, to, hadoop);
      ReadAhead<Rows> rows = new ReadAhead<>(blocks, blocks::close);
      TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> rows.close());
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          if (rows.hasNext()) {
            return true;
          }
          blocks.files().forEach(Reading.this::add);
          return false;
        }

        @Override
        public Packet<RowBlock> next() {
          return new Packet<>(new RowBlock(part, images, from, rows.next()));
        }
      };
    }

    private void add(IdxFile file) {
      hashes.put(file.path(), file.sha256());
    }
  }
}
