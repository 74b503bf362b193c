package io.syncnorm.spark.source;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.Rows;
import io.syncnorm.spark.Sent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.Function2;

/**
 * The blocks of a stored partition with the numbers of their rows, without the rows that are over
 * the limit of their part. At the end it checks that they are the rows that were counted.
 */
final class Numbered implements Iterator<Numbered.Block> {
  private final int partition;
  private final Numbering numbering;
  private final Iterator<Stored> stored;
  private final Map<Run, Counter> counters = new HashMap<>();
  private Block next;

  /**
   * A block.
   *
   * @param counter at the first row; the caller counts the rows before it asks for the next block
   */
  record Block(Part part, Rows rows, Counter counter) {}

  /** Numbers the rows of a run: among all rows of their part, and among those of their label. */
  static final class Counter {
    private long number;
    private long[] ordinals;

    private Counter(Numbering.Base base) {
      number = base.first();
      ordinals = base.ordinals().clone();
    }

    /** The number of the next row. */
    long number() {
      return number;
    }

    /** The number of the next row of a label among the rows of that label. */
    long ordinal(int label) {
      return label < ordinals.length ? ordinals[label] : 0; // else the rows have changed
    }

    /** Passes a row. */
    void count(int label) {
      if (label >= ordinals.length) {
        ordinals = Arrays.copyOf(ordinals, label + 1);
      }
      ordinals[label]++;
      number++;
    }
  }

  Numbered(int partition, Numbering numbering, Iterator<byte[]> chunks) {
    this.partition = partition;
    this.numbering = numbering;
    this.stored = Chunks.read(chunks);
  }

  /** The first rows of some. */
  static Rows first(Rows rows, long count) {
    return count >= rows.count() ? rows : rows.pick(IntStream.range(0, (int) count).toArray());
  }

  /**
   * @throws io.syncnorm.data.DataException if the rows are not those that were counted
   */
  @Override
  public boolean hasNext() {
    while (next == null && stored.hasNext()) {
      Stored read = stored.next();
      if (read instanceof Stored.End end) {
        numbering.requireSame(partition, end);
      } else if (read instanceof Stored.Block block) {
        take(block.rows());
      }
    }
    return next != null;
  }

  private void take(RowBlock block) {
    Run run = Run.of(block);
    Counter counter =
        counters.computeIfAbsent(run, found -> new Counter(numbering.base(partition, found)));
    long left = numbering.limit(block.part()) - counter.number();
    if (left > 0) {
      next = new Block(block.part(), first(block.rows(), left), counter);
    }
  }

  @Override
  public Block next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the partition has been numbered");
    }
    Block taken = next;
    next = null;
    return taken;
  }

  /** The blocks of one part, read when a task asks for them. */
  record OfPart(Sent<Numbering> numbering, Part part)
      implements Function2<Integer, Iterator<byte[]>, Iterator<NumberedBlock>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<NumberedBlock> call(Integer partition, Iterator<byte[]> chunks) {
      Numbered blocks = new Numbered(partition, numbering.value(), chunks);
      return StreamSupport.stream(
              Spliterators.spliteratorUnknownSize(blocks, Spliterator.ORDERED), false)
          .filter(block -> block.part() == part)
          .map(OfPart::counted)
          .iterator();
    }

    private static NumberedBlock counted(Block block) {
      Rows rows = block.rows();
      long first = block.counter().number();
      for (int row = 0; row < rows.count(); row++) {
        block.counter().count(rows.label(row));
      }
      return new NumberedBlock(first, rows);
    }
  }
}
