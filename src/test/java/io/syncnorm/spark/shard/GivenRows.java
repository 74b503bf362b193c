package io.syncnorm.spark.shard;

import io.syncnorm.data.Features;
import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.data.Rows;
import io.syncnorm.data.deal.Dealing;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.LoadListener;
import io.syncnorm.spark.source.PackedData;
import io.syncnorm.spark.source.RowTransform;
import io.syncnorm.spark.source.Source;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Rows in memory as a source of a training. */
public final class GivenRows {
  private static final long MEMORY = 1 << 30;

  private GivenRows() {}

  /** Deals training rows in a configured way. */
  public static DealtData dealt(
      JavaSparkContext spark, Rows training, Rows test, Dealing dealing, int world, long seed) {
    return DealtData.deal(
        spark,
        packed(spark, List.of(training), List.of(test)),
        dealing,
        world,
        seed,
        RowTransform.NONE,
        MEMORY);
  }

  private static PackedData packed(JavaSparkContext spark, List<Rows> training, List<Rows> test) {
    return PackedData.read(
        spark, new Given(Part.TRAINING, training), new Given(Part.TEST, test), LoadListener.NONE);
  }

  private record Given(Part part, List<Rows> rows) implements Source {
    @Override
    public RowFormat format() {
      Rows first = rows.get(0);
      return new RowFormat(
          List.of(first.rowLength()),
          first.features() instanceof Features.Bytes bytes && bytes.divisor() == 255);
    }

    @Override
    public JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext spark) {
      return spark.parallelize(
          IntStream.range(0, rows.size())
              .mapToObj(i -> new Packet<>(new RowBlock(part, "", i, rows.get(i))))
              .toList(),
          rows.size());
    }

    @Override
    public String description() {
      return "rows in memory";
    }
  }
}
