package io.syncnorm.data.idx;

import io.syncnorm.data.Features;
import io.syncnorm.data.Rows;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * Consecutive rows of an image file and its label file, read in blocks of about 4 MB. Only the
 * current block is in memory. Rows of images without labels have label 0.
 */
public final class IdxBlocks implements Iterator<Rows>, Closeable {
  private static final int BLOCK_BYTES = 1 << 22;

  private final IdxStream images;
  private final IdxHeader header;
  private final Optional<IdxStream> labelStream;
  private final Optional<IdxLabels> labels;
  private final boolean isWhole;
  private final int rowsOfBlock;
  private final List<IdxFile> files = new ArrayList<>();
  private long left;
  private boolean isFinished;

  /**
   * @param images positioned at the first row
   * @param labels positioned at the first row
   * @param rows number of rows to read
   * @param isWhole whether the files are read from the beginning: then they are read to their ends,
   *     checked and hashed
   */
  IdxBlocks(
      IdxStream images,
      IdxHeader header,
      Optional<IdxStream> labelStream,
      Optional<IdxLabels> labels,
      long rows,
      boolean isWhole) {
    this.images = images;
    this.header = header;
    this.labelStream = labelStream;
    this.labels = labels;
    this.left = rows;
    this.isWhole = isWhole;
    int bytes = isPixels() ? Byte.BYTES : Float.BYTES;
    this.rowsOfBlock = Math.max(1, BLOCK_BYTES / bytes / header.rowLength());
  }

  /**
   * Opens files at their beginnings.
   *
   * @param rows maximum number of rows to read
   * @param kept number of images that must fit into one array, at least 1
   * @throws io.syncnorm.data.DataException if a file cannot be opened or has an invalid header, or
   *     the counts differ
   */
  static IdxBlocks open(
      String imagePath,
      Optional<String> labelPath,
      int classes,
      long rows,
      int kept,
      Configuration hadoop) {
    IdxStream images = IdxStream.open(imagePath, hadoop);
    try {
      IdxHeader header = IdxHeader.ofImages(images, kept);
      Optional<IdxStream> labelStream = labelPath.map(path -> IdxStream.open(path, hadoop));
      try {
        Optional<IdxLabels> labels =
            labelStream.map(
                in -> {
                  IdxHeader labelHeader = IdxHeader.ofLabels(in);
                  IdxSet.requireSameCount(header, images, labelHeader, in);
                  return new IdxLabels(in, labelHeader, classes);
                });
        return new IdxBlocks(
            images, header, labelStream, labels, Math.min(rows, header.count()), true);
      } catch (RuntimeException e) {
        labelStream.ifPresent(in -> close(in, e));
        throw e;
      }
    } catch (RuntimeException e) {
      close(images, e);
      throw e;
    }
  }

  /** Closes a stream after a failure. */
  static void close(IdxStream stream, RuntimeException failure) {
    try {
      stream.close();
    } catch (RuntimeException onClose) {
      failure.addSuppressed(onClose);
    }
  }

  /** The header of the images. */
  IdxHeader header() {
    return header;
  }

  private boolean isPixels() {
    return header.type() == IdxType.UBYTE;
  }

  /**
   * @throws io.syncnorm.data.DataException if the files violate the format after their last row
   */
  @Override
  public boolean hasNext() {
    if (left == 0 && !isFinished) {
      isFinished = true;
      if (isWhole) {
        files.add(images.finish());
        labels.ifPresent(read -> files.add(read.finish()));
      }
    }
    return left > 0;
  }

  /**
   * @throws io.syncnorm.data.DataException if the files end early, or a row is invalid
   */
  @Override
  public Rows next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all rows have been read");
    }
    int count = (int) Math.min(left, rowsOfBlock);
    int values = count * header.rowLength();
    Features features =
        isPixels()
            ? new Features.Bytes(images.readBytes(values))
            : new Features.Floats(images.readFloats(header.type(), values));
    int[] classes = labels.map(each -> each.read(count)).orElseGet(() -> new int[count]);
    left -= count;
    return new Rows(header.rowLength(), features, classes);
  }

  /** The files, once they have been read to their ends; none for a part of the files. */
  public List<IdxFile> files() {
    return List.copyOf(files);
  }

  @Override
  public void close() {
    try (images) {
      labelStream.ifPresent(IdxStream::close);
    }
  }
}
