package io.syncnorm.spark.source;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Rows;
import io.syncnorm.spark.Jobs;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.TaskRows;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts the rows of a partition while they are read. A fault in a row ends the partition, because
 * Spark would try a failed task again. A task that Spark ends fails: Spark would keep the
 * partition.
 *
 * @param part the part, or that of most rows
 * @param firstPartition number of the first partition
 * @param hashes of the source
 */
record Surveying(
    Part part,
    boolean isPixels,
    int firstPartition,
    ConcurrentHashMap<String, String> hashes,
    MapAccumulator<Integer, Stored.End> ends,
    LongAccumulator rowsRead,
    LongAccumulator bytesRead)
    implements Function2<Integer, Iterator<Packet<RowBlock>>, Iterator<byte[]>> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<byte[]> call(Integer partition, Iterator<Packet<RowBlock>> blocks) {
    return Chunks.of(new Counted(firstPartition + partition, blocks));
  }

  private final class Counted implements Iterator<Stored> {
    private final int partition;
    private final Iterator<Packet<RowBlock>> blocks;
    private final RowHasher hasher = new RowHasher(isPixels);
    private final LinkedHashMap<Run, RunCounts> runs = new LinkedHashMap<>();
    private Run last = new Run(part, "", -1);
    private boolean hasEnded;

    Counted(int partition, Iterator<Packet<RowBlock>> blocks) {
      this.partition = partition;
      this.blocks = blocks;
    }

    @Override
    public boolean hasNext() {
      return !hasEnded;
    }

    @Override
    public Stored next() {
      if (hasEnded) {
        throw new NoSuchElementException("the partition has ended");
      }
      try {
        return blocks.hasNext() ? count(blocks.next().value()) : end("");
      } catch (RuntimeException e) {
        if (TaskContext.get().isInterrupted()) { // it may have caused the exception
          throw e;
        }
        return end(LoadFaults.inRows(e).orElseThrow(() -> e).getMessage());
      }
    }

    private Stored count(RowBlock block) {
      last = Run.of(block);
      Rows rows = block.rows();
      runs.computeIfAbsent(last, run -> new RunCounts()).add(rows, hasher);
      rowsRead.add(rows.count());
      bytesRead.add(rows.features().storedBytes());
      return new Stored.Block(block);
    }

    private Stored end(String fault) {
      hasEnded = true;
      Stored.End end = new Stored.End(part, runs, new HashMap<>(hashes), fault, last);
      ends.add(Map.entry(partition, end));
      return end;
    }
  }

  /** Reads the counts of a partition from what Spark keeps of it. */
  record Recall(MapAccumulator<Integer, Stored.End> ends)
      implements Function2<Integer, Iterator<byte[]>, Iterator<byte[]>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<byte[]> call(Integer partition, Iterator<byte[]> chunks) {
      Chunks.<Stored>read(chunks)
          .forEachRemaining(
              stored -> {
                if (stored instanceof Stored.End end) {
                  ends.add(Map.entry(partition, end));
                }
              });
      return Collections.emptyIterator();
    }
  }

  /** Counts the first rows of a run that is only partly used. */
  record Recount(Run run, long rows, boolean isPixels, MapAccumulator<Integer, RunCounts> counts)
      implements Function2<Integer, Iterator<byte[]>, Iterator<byte[]>> {
    private static final long serialVersionUID = 1L;

    static RunCounts of(
        JavaSparkContext spark,
        JavaRDD<byte[]> stored,
        RowFormat format,
        int partition,
        Run run,
        long rows) {
      MapAccumulator<Integer, RunCounts> counts = MapAccumulator.registered(spark);
      Recount recount = new Recount(run, rows, format.isPixels(), counts);
      Jobs.run(TaskRows.of(stored.rdd(), recount).rdd(), partition, partition + 1);
      return counts.value().get(partition);
    }

    @Override
    public Iterator<byte[]> call(Integer partition, Iterator<byte[]> chunks) {
      RowHasher hasher = new RowHasher(isPixels);
      RunCounts counted = new RunCounts();
      for (Iterator<Stored> stored = Chunks.read(chunks);
          stored.hasNext() && counted.rows() < rows; ) {
        if (stored.next() instanceof Stored.Block block && Run.of(block.rows()).equals(run)) {
          counted.add(Numbered.first(block.rows().rows(), rows - counted.rows()), hasher);
        }
      }
      counts.add(Map.entry(partition, counted));
      return Collections.emptyIterator();
    }
  }
}
