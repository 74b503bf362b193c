package io.syncnorm.cli;

import static java.util.stream.Collectors.joining;
import static org.apache.spark.ml.functions.array_to_vector;
import static org.apache.spark.sql.functions.col;

import java.awt.image.BufferedImage;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The first rows of MNIST's training or test set, written in any format, in their order.
 *
 * @param pixels {@code [rows, SIDE * SIDE]}
 * @param labels of the rows
 */
record MnistFiles(byte[] pixels, byte[] labels) {
  private static final int SIDE = 28;

  /** Features of a row. */
  static final int PIXELS = SIDE * SIDE;

  private static final Path MNIST = Path.of("data", "mnist");
  private static final int FILES = 3;

  /** Path of the gzipped images. */
  static Path images(String set) {
    return MNIST.resolve(prefix(set) + "-images-idx3-ubyte.gz");
  }

  /** Path of the gzipped labels. */
  static Path labels(String set) {
    return MNIST.resolve(prefix(set) + "-labels-idx1-ubyte.gz");
  }

  private static String prefix(String set) {
    return set.equals("train") ? "train" : "t10k";
  }

  /** Reads the first rows of {@code train} or {@code test}. */
  static MnistFiles first(String set, int rows) throws IOException {
    return new MnistFiles(content(images(set), 16, rows * PIXELS), content(labels(set), 8, rows));
  }

  private static byte[] content(Path idx, int header, int bytes) throws IOException {
    try (InputStream file = Files.newInputStream(idx);
        DataInputStream in = new DataInputStream(new GZIPInputStream(file))) {
      in.skipNBytes(header);
      return in.readNBytes(bytes);
    }
  }

  private int rows() {
    return labels.length;
  }

  private int pixel(int row, int i) {
    return pixels[row * PIXELS + i] & 0xff;
  }

  /** Writes raw IDX files. */
  void writeIdx(Path images, Path labels) throws IOException {
    ByteBuffer image = ByteBuffer.allocate(16 + pixels.length).putInt(0x00000803).putInt(rows());
    Files.write(images, image.putInt(SIDE).putInt(SIDE).put(pixels).array());
    ByteBuffer label = ByteBuffer.allocate(8 + rows()).putInt(0x00000801).putInt(rows());
    Files.write(labels, label.put(this.labels).array());
  }

  /** Writes CSV files with a column per pixel. */
  void writeCsv(Path folder) throws IOException {
    String header =
        "label," + IntStream.range(0, PIXELS).mapToObj(i -> "p" + i).collect(joining(","));
    writeText(folder, List.of(header), row -> labels[row] + "," + joined(row));
  }

  /** Writes JSON files with arrays. */
  void writeJson(Path folder) throws IOException {
    writeText(
        folder,
        List.of(),
        row -> "{\"label\":" + labels[row] + ",\"pixels\":[" + joined(row) + "]}");
  }

  private String joined(int row) {
    return IntStream.range(0, PIXELS)
        .mapToObj(i -> String.valueOf(pixel(row, i)))
        .collect(joining(","));
  }

  /** Writes libsvm files, without zeros. */
  void writeLibsvm(Path folder) throws IOException {
    writeText(
        folder,
        List.of(),
        row ->
            labels[row]
                + IntStream.range(0, PIXELS)
                    .filter(i -> pixel(row, i) != 0)
                    .mapToObj(i -> " " + (i + 1) + ":" + pixel(row, i))
                    .collect(joining()));
  }

  private void writeText(Path folder, List<String> header, IntFunction<String> line)
      throws IOException {
    Files.createDirectories(folder);
    for (int file = 0; file < FILES; file++) {
      List<String> lines = new ArrayList<>(header);
      IntStream.range(rows() * file / FILES, rows() * (file + 1) / FILES)
          .mapToObj(line)
          .forEach(lines::add);
      Files.write(folder.resolve("part-" + file), lines);
    }
  }

  /** Writes a PNG file per row, whose name ends with its label. */
  void writeImages(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (int row = 0; row < rows(); row++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      for (int i = 0; i < PIXELS; i++) {
        image.getRaster().setSample(i % SIDE, i / SIDE, 0, pixel(row, i));
      }
      String name = String.format(Locale.ROOT, "%05d-%d.png", row, labels[row]);
      ImageIO.write(image, "png", folder.resolve(name).toFile());
    }
  }

  /** Writes files of a format that Spark writes, with a column of vectors. */
  void writeVectors(SparkSession spark, String format, Path folder) {
    frame(spark)
        .select(col("label"), array_to_vector(col("pixels")).as("features"))
        .write()
        .format(format)
        .save(folder.toString());
  }

  /** Writes files of a format that Spark writes, with a column of arrays. */
  void writeArrays(SparkSession spark, String format, Path folder) {
    frame(spark).write().format(format).save(folder.toString());
  }

  private Dataset<Row> frame(SparkSession spark) {
    List<Row> all =
        IntStream.range(0, rows())
            .mapToObj(
                row ->
                    RowFactory.create(
                        (int) labels[row],
                        IntStream.range(0, PIXELS).mapToObj(i -> pixel(row, i)).toArray()))
            .toList();
    return spark.createDataFrame(
        new JavaSparkContext(spark.sparkContext()).parallelize(all, FILES),
        new StructType()
            .add("label", DataTypes.IntegerType)
            .add("pixels", DataTypes.createArrayType(DataTypes.IntegerType)));
  }
}
