package io.syncnorm.spark.source;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.Rows;
import io.syncnorm.spark.Packet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.TaskContext;
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
}
