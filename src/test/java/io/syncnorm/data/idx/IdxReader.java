package io.syncnorm.data.idx;

import io.syncnorm.data.DataException;
import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    IdxSet.requireClasses(classes);
    return readRows(imagesPath, Optional.of(labelsPath), classes, limit, hadoop);
  }

  /**
   * Reads images without labels, for prediction.
   *
   * @param limit maximum number of images to keep, from the first, at least 1; {@link #NO_LIMIT}
   *     keeps all
   * @throws DataException if the file cannot be read or violates the format
   */
  public static Images readImages(String path, int limit, Configuration hadoop) {
    return readRows(path, Optional.empty(), 1, limit, hadoop).images();
  }

  private static LabelledImages readRows(
      String imagesPath,
      Optional<String> labelsPath,
      int classes,
      int limit,
      Configuration hadoop) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, found limit=" + limit);
    }
    try (IdxBlocks blocks = IdxBlocks.open(imagesPath, labelsPath, classes, limit, limit, hadoop)) {
      IdxHeader header = blocks.header();
      int kept = Math.min(header.count(), limit);
      int rowLength = header.rowLength();
      boolean isPixels = header.type() == IdxType.UBYTE;
      byte[] bytes = {};
      float[] floats = {};
      byte[] labels = {};
      int filled = 0;
      while (blocks.hasNext()) {
        Rows rows = blocks.next();
        int size = (int) Math.min(kept, Math.max(2L * filled, filled + rows.count()));
        if (filled + rows.count() > labels.length) {
          labels = Arrays.copyOf(labels, size);
          bytes = Arrays.copyOf(bytes, isPixels ? size * rowLength : 0);
          floats = Arrays.copyOf(floats, isPixels ? 0 : size * rowLength);
        }
        if (rows.features() instanceof Features.Bytes values) {
          System.arraycopy(values.values(), 0, bytes, filled * rowLength, rows.count() * rowLength);
        } else {
          rows.features().copyTo(0, floats, filled * rowLength, rows.count() * rowLength);
        }
        for (int row = 0; row < rows.count(); row++) {
          labels[filled++] = (byte) rows.label(row);
        }
      }
      List<IdxFile> files = blocks.files();
      Images images =
          new Images(
              kept,
              header.shape(),
              header.type(),
              isPixels ? new Features.Bytes(bytes) : new Features.Floats(floats),
              files.subList(0, 1));
      return new LabelledImages(images, labels, files.subList(1, files.size()));
    }
  }
}
