package io.syncnorm.data;

import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads IDX files, the format of MNIST: a big-endian header, then unsigned bytes.
 *
 * <pre>
 * images  | 00 00 08 03 | count | height | width | count * height * width pixels |
 * labels  | 00 00 08 01 | count | count labels |
 *         0             4       8        12      16
 * </pre>
 *
 * <p>Files are named by the rule of {@link io.syncnorm.files.Location}, and may be packed with
 * gzip, which their first two bytes tell and not their name. A file is believed only after its last
 * byte: the whole of it is read and compared with its header, even under a limit, and hashed in the
 * same pass.
 */
public final class IdxReader {
  /** The limit that keeps every row. */
  public static final int NO_LIMIT = Integer.MAX_VALUE;

  private static final int IMAGES_MAGIC = 0x00000803;
  private static final int LABELS_MAGIC = 0x00000801;
  private static final int MAX_CLASSES = 256;

  /** What common virtual machines allow an array. */
  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

  private static final String TAKE_AGAIN = "take the file from its source again";

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
      requireMagic(in, "label", LABELS_MAGIC);
      int count = readDimension(in, "number of labels");
      if (count != read.count()) {
        throw DataException.at(
            "labels and images differ in number",
            in.file(),
            in.offset() - Integer.BYTES,
            read.count() + " labels, as many as images in " + read.images().files().get(0).path(),
            count + " labels",
            "name two files of the same set");
      }
      long start = in.offset();
      byte[] labels = in.readBody(read.images().count(), count);
      requireRange(labels, classes, in.file(), start);
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
      requireMagic(in, "image", IMAGES_MAGIC);
      int count = readDimension(in, "number of images");
      int height = readDimension(in, "height");
      int width = readDimension(in, "width");
      int kept = Math.min(count, limit);
      long rowLength = (long) height * width;
      if (rowLength > MAX_ARRAY_BYTES / kept) {
        throw DataException.at(
            "images do not fit into one array",
            in.file(),
            Integer.BYTES,
            "at most " + MAX_ARRAY_BYTES + " pixels",
            "%d images of %d x %d pixels".formatted(kept, height, width),
            "if the header is right, limit the number of rows");
      }
      byte[] pixels = in.readBody((int) (kept * rowLength), count * rowLength);
      return new CountedImages(
          count, new Images(kept, height, width, pixels, List.of(in.finish())));
    }
  }

  private static void requireMagic(IdxStream in, String kind, int expected) {
    int found = in.readInt("magic number");
    if (found != expected) {
      boolean swapped = found == IMAGES_MAGIC || found == LABELS_MAGIC;
      throw DataException.at(
          "not an IDX " + kind + " file",
          in.file(),
          0,
          "magic number 0x%08x".formatted(expected),
          "0x%08x".formatted(found),
          swapped
              ? "image and label file seem to be swapped"
              : "name an IDX file of unsigned bytes");
    }
  }

  private static int readDimension(IdxStream in, String what) {
    long offset = in.offset();
    int found = in.readInt(what);
    if (found < 1) {
      throw DataException.at(
          "header is wrong", in.file(), offset, what + " of at least 1", found, TAKE_AGAIN);
    }
    return found;
  }

  private static void requireRange(byte[] labels, int classes, String file, long start) {
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i] & 0xff;
      if (label >= classes) {
        throw DataException.at(
            "label is out of range",
            file,
            start + i,
            "0 to " + (classes - 1) + " (classes=" + classes + ")",
            label + " at index " + i,
            "raise the number of classes (data.classes), or correct the file");
      }
    }
  }
}
