package io.syncnorm.data;

import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads IDX files, the format of MNIST: a big-endian header, then values.
 *
 * <pre>
 * images  | 00 00 type dimensions | count | height | width | count * height * width pixels |
 * labels  | 00 00 type 01         | count | count labels |
 *         0                       4       8        12      16
 * </pre>
 *
 * <p>Values are of any type that the format knows. Pixels that are unsigned bytes (type 08, as
 * MNIST's) become features by dividing by 255; numbers of every other type are taken as they are,
 * in single precision. Images have two dimensions (rows of values), three (with height and width)
 * or more (as channels), and are flattened in the order of the file. Labels are integers whatever
 * their type; where they have two dimensions, as QMNIST's, the class is the first of each row.
 *
 * <p>Files are named by the rule of {@link io.syncnorm.files.Location}, and may be packed with
 * gzip, which their first two bytes tell and not their name. A file is believed only after its last
 * byte: the whole of it is read and compared with its header, even under a limit, and hashed in the
 * same pass.
 */
public final class IdxReader {
  /** The limit that keeps every row. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  private static final int MAX_CLASSES = 256;

  /** What common virtual machines allow an array. */
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  private IdxReader() {}

  /**
   * Reads images and their labels.
   *
   * @param classes labels must be in {@code [0, classes)}; 1 to 256
   * @param limit keeps the first so many rows, {@link #NO_LIMIT} keeps all; at least 1
   * @throws DataException when a file cannot be read, breaks the format, holds a label out of range
   *     among the rows kept, or when the two files differ in their counts
   */
  public static LabelledImages read(
      String imagesPath, String labelsPath, int classes, int limit, Configuration hadoop) {
    if (classes < 1 || classes > MAX_CLASSES) {
      throw new IllegalArgumentException("classes must be 1 to 256, found classes=" + classes);
    }
    CountedImages read = readCounted(imagesPath, limit, hadoop);
    try (IdxStream in = IdxStream.open(labelsPath, hadoop)) {
      IdxHeader header = IdxHeader.ofLabels(in);
      if (header.count() != read.count()) {
        throw DataException.at(
            "labels and images differ in number",
            in.file(),
            Integer.BYTES,
            read.count() + " labels, as many as images in " + read.images().files().get(0).path(),
            header.count() + " labels",
            "name two files of the same set");
      }
      byte[] labels = new IdxLabels(in, header, classes).read(read.images().count());
      return new LabelledImages(read.images(), labels, List.of(in.finish()));
    }
  }

  /**
   * Reads images alone, for prediction.
   *
   * @param limit keeps the first so many images, {@link #NO_LIMIT} keeps all; at least 1
   * @throws DataException when the file cannot be read or breaks the format
   */
  public static Images readImages(String path, int limit, Configuration hadoop) {
    return readCounted(path, limit, hadoop).images();
  }

  /** Images, and the number of them in the file, of which a limit may have kept fewer. */
  private record CountedImages(int count, Images images) {}

  private static CountedImages readCounted(String path, int limit, Configuration hadoop) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, found limit=" + limit);
    }
    try (IdxStream in = IdxStream.open(path, hadoop)) {
      IdxHeader header = IdxHeader.ofImages(in);
      int kept = Math.min(header.count(), limit);
      long rowLength = rowLength(header, kept, in);
      IdxType type = header.type();
      long count = header.count() * rowLength;
      Features pixels =
          type == IdxType.UBYTE
              ? new Features.Bytes(in.readBody((int) (kept * rowLength), count))
              : new Features.Floats(in.readFloats(type, (int) (kept * rowLength), count));
      return new CountedImages(
          header.count(), new Images(kept, header.shape(), type, pixels, List.of(in.finish())));
    }
  }

  private static long rowLength(IdxHeader header, int kept, IdxStream in) {
    long rowLength = 1;
    for (int size : header.shape()) {
      rowLength *= size;
      // All of the file is counted in bytes as well, in a long.
      if (rowLength > MAX_ARRAY_BYTES / kept
          || header.count() > Long.MAX_VALUE / header.type().bytes() / rowLength) {
        throw DataException.at(
            "images do not fit into one array",
            in.file(),
            Integer.BYTES,
            "at most " + MAX_ARRAY_BYTES + " pixels",
            String.format(
                Locale.ROOT, "%d images of %s pixels", kept, Images.words(header.shape())),
            "if the header is right, limit the number of rows");
      }
    }
    return rowLength;
  }
}
