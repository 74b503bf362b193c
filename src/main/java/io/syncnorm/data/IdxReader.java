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
 * <p>Values may have any type of the format. Unsigned bytes (type 08, as in MNIST) become features
 * by dividing by 255; numbers of every other type are used unchanged, in single precision. Images
 * have two dimensions (rows of values), three (with height and width) or more (for example
 * channels), and are flattened in the order of the file. Labels are integers of any type; if they
 * have two dimensions, as in QMNIST, the class is the first value of each row.
 *
 * <p>Paths follow the rules of {@link io.syncnorm.files.Location}. Gzip is detected by the first
 * two bytes of a file, not by its name. A file is accepted only after its last byte: it is read
 * completely, even with a limit, checked against its header, and hashed in the same pass.
 */
public final class IdxReader {
  /** The limit that keeps every row. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  private static final int MAX_CLASSES = 256;

  /** The largest array that common virtual machines allow. */
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  private IdxReader() {}

  /**
   * Reads images and their labels.
   *
   * @param classes labels must be in {@code [0, classes)}; 1 to 256
   * @param limit maximum number of rows to keep, from the first, at least 1; {@link #NO_LIMIT}
   *     keeps all
   * @throws DataException if a file cannot be read or violates the format, if a label that is kept
   *     is out of range, or if the two files have different counts
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
            "numbers of labels and images differ",
            in.file(),
            Integer.BYTES,
            read.count()
                + " labels, the number of images in "
                + read.images().files().get(0).path(),
            header.count() + " labels",
            "give two files of the same set");
      }
      byte[] labels = new IdxLabels(in, header, classes).read(read.images().count());
      return new LabelledImages(read.images(), labels, List.of(in.finish()));
    }
  }

  /**
   * Reads images without labels, for prediction.
   *
   * @param limit maximum number of images to keep, from the first, at least 1; {@link #NO_LIMIT}
   *     keeps all
   * @throws DataException if the file cannot be read or violates the format
   */
  public static Images readImages(String path, int limit, Configuration hadoop) {
    return readCounted(path, limit, hadoop).images();
  }

  /** The images that were kept, and the number of images in the file. */
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
      // The byte count of the complete file must fit into a long.
      if (rowLength > MAX_ARRAY_BYTES / kept
          || header.count() > Long.MAX_VALUE / header.type().bytes() / rowLength) {
        throw DataException.at(
            "images do not fit into one array",
            in.file(),
            Integer.BYTES,
            "at most " + MAX_ARRAY_BYTES + " pixels",
            String.format(
                Locale.ROOT, "%d images of %s pixels", kept, Images.describe(header.shape())),
            "if the header is correct, limit the number of rows");
      }
    }
    return rowLength;
  }
}
