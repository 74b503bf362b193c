package io.syncnorm.spark.source;

import io.syncnorm.data.Part;
import io.syncnorm.data.Piece;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.spark.Sent;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.api.java.function.Function2;
import scala.Tuple2;

/**
 * Deals the blocks of a partition to the ranks, as pieces: one per block and rank. Small pieces
 * cost little, because Spark compresses them: dealt to 512 ranks instead of 4, a million rows of 10
 * features shuffle 6 % more bytes, and rows of 784 features 2 % more ({@code DealBenchmark}).
 */
record Dealer(Sent<Numbering> numbering, Deal training, Deal test, RowTransform transform)
    implements Function2<Integer, Iterator<byte[]>, Iterator<Tuple2<Integer, Piece>>> {
  private static final long serialVersionUID = 1L;

  @Override
  public Iterator<Tuple2<Integer, Piece>> call(Integer partition, Iterator<byte[]> chunks) {
    return new Pieces(new Numbered(partition, numbering.value(), chunks));
  }

  private final class Pieces implements Iterator<Tuple2<Integer, Piece>> {
    private final Numbered blocks;
    private final Queue<Tuple2<Integer, Piece>> ready = new ArrayDeque<>();

    Pieces(Numbered blocks) {
      this.blocks = blocks;
    }

    @Override
    public boolean hasNext() {
      while (ready.isEmpty() && blocks.hasNext()) {
        deal(blocks.next());
      }
      return !ready.isEmpty();
    }

    @Override
    public Tuple2<Integer, Piece> next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the partition has been dealt");
      }
      return ready.remove();
    }

    private void deal(Numbered.Block block) {
      Part part = block.part();
      Deal deal = part == Part.TRAINING ? training : test;
      Rows rows = transform.apply(part, block.rows());
      long[] places = new long[rows.count()];
      int[] counts = new int[deal.world()];
      for (int row = 0; row < places.length; row++) {
        int label = rows.label(row);
        Numbered.Counter counter = block.counter();
        places[row] = deal.place(counter.number(), label, counter.ordinal(label));
        counter.count(label);
        counts[Deal.rank(places[row])]++;
      }
      emit(part, rows, places, counts);
    }

    private void emit(Part part, Rows rows, long[] places, int[] counts) {
      int[][] orders = new int[counts.length][];
      Arrays.setAll(orders, rank -> new int[counts[rank]]);
      int[] filled = new int[counts.length];
      for (int row = 0; row < places.length; row++) {
        int rank = Deal.rank(places[row]);
        orders[rank][filled[rank]++] = row;
      }
      for (int rank = 0; rank < counts.length; rank++) {
        if (counts[rank] > 0) {
          long[] positions =
              Arrays.stream(orders[rank]).mapToLong(row -> Deal.position(places[row])).toArray();
          ready.add(new Tuple2<>(rank, new Piece(part, positions, rows.pick(orders[rank]))));
        }
      }
    }
  }
}
