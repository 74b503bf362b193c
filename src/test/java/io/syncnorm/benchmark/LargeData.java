package io.syncnorm.benchmark;

import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Writes data that is larger than a heap, or wider than a dense row should be, to a folder outside
 * the repository.
 *
 * <pre>
 * LargeData idx FOLDER [COPIES]       MNIST's training rows, repeated, as raw IDX files
 * LargeData parquet FOLDER [COPIES]   MNIST's training rows, repeated, as one Parquet file per copy
 * LargeData sparse FOLDER             20,000 + 2,000 rows of 1,000,000 features in libsvm format
 * </pre>
 *
 * <p>100 copies are the default: 6 million rows, 4.7 GB.
 */
public final class LargeData {
  private static final Path MNIST = Path.of("data/mnist");

  /** The file of images that {@link #writeIdx} writes. */
  public static final String IMAGES = "train-images-idx3-ubyte";

  /** The file of labels that {@link #writeIdx} writes. */
  public static final String LABELS = "train-labels-idx1-ubyte";

  private static final int COPIES = 100;

  private static final int FEATURES = 1_000_000;
  private static final int TRAINING_ROWS = 20_000;
  private static final int TEST_ROWS = 2_000;
  private static final int VALUES = 50;

  /** Values of a row that tell its class; their features are multiples of {@link #INFORMATIVE}. */
  private static final int INFORMATIVE_VALUES = 20;

  private static final int INFORMATIVE = 1_000;
  private static final long SEED = 42;

  private LargeData() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    int copies = arguments.length > 2 ? Integer.parseInt(arguments[2]) : COPIES;
    switch (arguments[0]) {
      case "idx" -> writeIdx(folder, copies);
      case "parquet" -> parquet(folder, copies);
      case "sparse" -> {
        SplittableRandom random = new SplittableRandom(SEED);
        sparse(folder.resolve("train.libsvm"), TRAINING_ROWS, random);
        sparse(folder.resolve("test.libsvm"), TEST_ROWS, random);
      }
      default ->
          throw new IllegalArgumentException(
              "expected idx, parquet or sparse, found kind=" + arguments[0]);
    }
  }

  /** Writes MNIST's training rows, repeated, as raw IDX files. */
  public static void writeIdx(Path folder, int copies) throws IOException {
    repeat(IMAGES, folder, copies);
    repeat(LABELS, folder, copies);
  }

  /** Writes an IDX file: the header with more rows, and the rows several times. */
  private static void repeat(String name, Path folder, int copies) throws IOException {
    int magic;
    int rows;
    byte[] rest;
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(
                new GZIPInputStream(Files.newInputStream(MNIST.resolve(name + ".gz")))))) {
      magic = in.readInt();
      rows = in.readInt();
      rest = in.readAllBytes();
    }
    int sizes = Integer.BYTES * ((magic & 0xff) - 1); // the sizes of a row
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(folder.resolve(name)))) {
      out.writeInt(magic);
      out.writeInt(Math.multiplyExact(rows, copies));
      out.write(rest, 0, sizes);
      for (int copy = 0; copy < copies; copy++) {
        out.write(rest, sizes, rest.length - sizes);
      }
    }
  }

  private static void parquet(Path folder, int copies) throws IOException {
    Path one = folder.resolve("one");
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[*]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()) {
      spark
          .read()
          .format("idx")
          .option("images", MNIST.resolve(IMAGES + ".gz").toString())
          .option("labels", MNIST.resolve(LABELS + ".gz").toString())
          .option("partitions", "1")
          .load()
          .write()
          .mode(SaveMode.Overwrite)
          .parquet(one.toString());
    }
    Path file;
    try (var files = Files.newDirectoryStream(one, "*.parquet")) {
      file = files.iterator().next();
    }
    Path rows = Files.createDirectories(folder.resolve("train"));
    for (int copy = 0; copy < copies; copy++) {
      String name = String.format(Locale.ROOT, "part-%05d.parquet", copy);
      Files.copy(file, rows.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Writes rows whose class is the sign of a sum of some of their values, each with a sign. */
  private static void sparse(Path file, int rows, SplittableRandom random) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int row = 0; row < rows; row++) {
        TreeMap<Integer, Double> values = new TreeMap<>();
        double sum = 0;
        while (values.size() < VALUES) {
          double value = random.nextInt(1, 1_000) / 1e3;
          int feature =
              values.size() < INFORMATIVE_VALUES
                  ? random.nextInt(FEATURES / INFORMATIVE) * INFORMATIVE
                  : random.nextInt(FEATURES);
          if (values.putIfAbsent(feature, value) == null && feature % INFORMATIVE == 0) {
            sum += sign(feature) * value;
          }
        }
        out.write(sum > 0 ? "1" : "0");
        for (var value : values.entrySet()) {
          out.write(" " + (value.getKey() + 1) + ":" + value.getValue());
        }
        out.write('\n');
      }
    }
  }

  private static int sign(int feature) {
    return feature / INFORMATIVE % 2 == 0 ? 1 : -1;
  }
}
