package io.syncnorm.experiment.rows;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.Source;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** A source of which the first rows are used, as the rows of one part. */
record LimitedSource(Source source, long limit, Part part) implements Source {
  @Override
  public RowFormat format() {
    return source.format();
  }

  @Override
  public JavaRDD<Packet<RowBlock>> blocks(JavaSparkContext spark) {
    Part as = part;
    return source
        .blocks(spark)
        .map(
            packet -> {
              RowBlock block = packet.value();
              return new Packet<>(new RowBlock(as, block.file(), block.start(), block.rows()));
            });
  }

  @Override
  public OptionalLong packedBytes() {
    return source.packedBytes();
  }

  @Override
  public String schema() {
    return source.schema();
  }

  @Override
  public String description() {
    return source.description();
  }

  @Override
  public ConcurrentHashMap<String, String> hashes() {
    return source.hashes();
  }

  @Override
  public Optional<List<String>> classNames() {
    return source.classNames();
  }
}
