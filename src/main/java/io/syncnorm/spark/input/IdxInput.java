package io.syncnorm.spark.input;

import io.syncnorm.data.Part;
import io.syncnorm.data.RowBlock;
import io.syncnorm.data.RowFormat;
import io.syncnorm.spark.Packet;
import io.syncnorm.spark.source.IdxFiles;
import io.syncnorm.spark.source.Source;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Images of an IDX file; the column {@code index} has their numbers. */
public final class IdxInput implements Input {
  private static final StructType INDEX = new StructType().add("index", DataTypes.LongType);

  private final IdxFiles files;

  private IdxInput(IdxFiles files) {
    this.files = files;
  }

  /**
   * Reads the header.
   *
   * @throws io.syncnorm.data.DataException if the file is missing or invalid
   */
  public static IdxInput of(String images, Configuration hadoop) {
    return new IdxInput(IdxFiles.of(Part.TEST, images, "", 1, Source.NO_LIMIT, hadoop));
  }

  @Override
  public RowFormat format() {
    return files.format();
  }

  @Override
  public StructType kept() {
    return INDEX;
  }

  @Override
  public JavaRDD<InputChunk> chunks(JavaSparkContext spark) {
    return files.blocks(spark).mapPartitions(Numbering::new);
  }

  @Override
  public boolean isInOrder() {
    return true;
  }

  @Override
  public String description() {
    return files.description();
  }

  private static final class Numbering implements Iterator<InputChunk> {
    private final Iterator<Packet<RowBlock>> blocks;
    private long passed;

    Numbering(Iterator<Packet<RowBlock>> blocks) {
      this.blocks = blocks;
    }

    @Override
    public boolean hasNext() {
      return blocks.hasNext();
    }

    @Override
    public InputChunk next() {
      RowBlock block = blocks.next().value();
      long first = block.start() + passed;
      passed += block.rows().count();
      List<Row> indices =
          LongStream.range(first, first + block.rows().count())
              .<Row>mapToObj(RowFactory::create)
              .toList();
      return new InputChunk(block, indices);
    }
  }
}
