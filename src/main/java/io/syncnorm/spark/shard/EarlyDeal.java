package io.syncnorm.spark.shard;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Shape;
import io.syncnorm.data.deal.Deal;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.data.deal.Pieces;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.TaskRows;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.Source;
import io.syncnorm.spark.source.Survey;
import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;

/**
 * Rows that are dealt while they are read, in local mode. They are the rows, and the shards, of
 * {@link PackedData#read} and {@link DealtData#deal}, without a second pass over the rows.
 *
 * @param dealt empty if the rows need shards of another shape than their headers promise
 */
public record EarlyDeal(PackedData packed, Optional<DealtData> dealt) {
  /** Whether headers tell the place of every row, and the shape of the shards. */
  public static boolean isPossible(
      JavaSparkContext spark, Source training, Source test, Dealing dealing) {
    return spark.isLocal()
        && dealing == Dealing.SHUFFLED // other dealings need the counts by label
        && isKnown(training)
        && isKnown(test);
  }

  private static boolean isKnown(Source source) {
    return source.isNumbered() && source.format().isPixels();
  }

  /**
   * Reads and deals the rows of sources for which this {@linkplain #isPossible is possible}.
   *
   * @param memory bytes of rows that this process keeps in memory
   * @throws io.syncnorm.data.DataException as {@link PackedData#read}
   * @throws java.util.concurrent.CancellationException as {@link PackedData#read}
   */
  public static EarlyDeal read(
      JavaSparkContext spark,
      Source training,
      Source test,
      int world,
      long seed,
      long memory,
      LoadListener listener) {
    Deal ofTraining = Dealing.SHUFFLED.deal(new long[] {training.limit()}, world, seed);
    Deal ofTest = Dealing.IN_ORDER.deal(new long[] {test.limit()}, world, seed);
    Shape shape = Shape.dense(training.format().rowLength(), Shape.Kind.PIXELS, false, 0);
    AtomicReference<PackedData> packed = new AtomicReference<>();
    try {
      DealtData dealt =
          DealtData.local(
              spark,
              ofTraining,
              shape,
              ofTest,
              shape,
              memory,
              sink ->
                  packed.set(
                      PackedData.read(
                          spark,
                          new Dealt(training, ofTraining, sink),
                          new Dealt(test, ofTest, sink),
                          listener)));
      if (hasShape(packed.get().survey(), shape)) {
        return new EarlyDeal(packed.get(), Optional.of(dealt));
      }
      dealt.close();
      return new EarlyDeal(packed.get(), Optional.empty());
    } catch (RuntimeException | Error e) {
      Optional.ofNullable(packed.get()).ifPresent(PackedData::close);
      throw e;
    }
  }

  private static boolean hasShape(Survey survey, Shape shape) {
    return survey.shape(Part.TRAINING).withRows(0).equals(shape)
        && survey.shape(Part.TEST).withRows(0).equals(shape);
  }

  /** A source whose tasks also deal the rows that they read. */
  private record Dealt(Source source, Deal deal, PackedData.Sink sink) implements Source {
    @Override
    public JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext spark) {
      return TaskRows.of(source.blocks(spark).rdd(), new Dealer(deal, sink));
    }

    @Override
    public RowFormat format() {
      return source.format();
    }

    @Override
    public String description() {
      return source.description();
    }

    @Override
    public long limit() {
      return source.limit();
    }

    @Override
    public OptionalLong packedBytes() {
      return source.packedBytes();
    }

    @Override
    public ConcurrentHashMap<String, String> hashes() {
      return source.hashes();
    }
  }

  private record Dealer(Deal deal, PackedData.Sink sink)
      implements Function2<Integer, Iterator<Packet<RowBlock>>, Iterator<Packet<RowBlock>>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Packet<RowBlock>> call(Integer partition, Iterator<Packet<RowBlock>> blocks) {
      return new Iterator<>() {
        private long before;

        @Override
        public boolean hasNext() {
          return blocks.hasNext();
        }

        @Override
        public Packet<RowBlock> next() {
          Packet<RowBlock> next = blocks.next();
          before += deal(next.value(), before);
          return next;
        }
      };
    }

    /**
     * Deals a block and returns the number of its rows.
     *
     * @param before rows of the partition before the block
     */
    private int deal(RowBlock block, long before) {
      long[] places = new long[block.rows().count()];
      for (int row = 0; row < places.length; row++) {
        places[row] = deal.place(block.start() + before + row, block.rows().label(row), 0);
      }
      Pieces.cut(block.part(), block.rows(), places, deal.world()).forEach(sink::take);
      return places.length;
    }
  }
}
