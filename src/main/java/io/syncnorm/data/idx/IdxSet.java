package io.syncnorm.data.idx;

import io.syncnorm.data.DataException;
import io.syncnorm.data.RowFormat;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * An image file and, optionally, its label file, known by their headers: the plan for reading them
 * in any process.
 *
 * @param images the images
 * @param labels the labels: one file, or none
 * @param classes labels must be in {@code [0, classes)}
 * @param rows number of rows to read, from the first
 */
public record IdxSet(StoredIdx images, List<StoredIdx> labels, int classes, long rows)
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int MAX_CLASSES = 256;
  private static final int LABELS_AT_ONCE = 1 << 16;

  /**
   * A file and its header.
   *
   * @param path names the file in any process
   * @param isPacked whether it is compressed, so that reading can only start at its beginning
   */
  record StoredIdx(String path, IdxHeader header, boolean isPacked) implements Serializable {
    private static final long serialVersionUID = 1L;

    static StoredIdx of(String path, IdxHeader header, IdxStream in) {
      if (!in.isPacked() && in.storedBytes() < header.fileBytes()) {
        throw Damage.tooShort(in.file(), header.fileBytes(), in.storedBytes());
      }
      if (!in.isPacked() && in.storedBytes() > header.fileBytes()) {
        throw Damage.tooLong(in.file(), header.fileBytes(), in.storedBytes());
      }
      return new StoredIdx(path, header, in.isPacked());
    }

    IdxStream openAt(long row, Configuration hadoop) {
      return IdxStream.openAt(path, header, row * header.rowLength(), hadoop);
    }
  }

  /**
   * Reads the headers.
   *
   * @param images path of the images, by the rules of {@link io.syncnorm.files.Location}, that
   *     names the file in any process
   * @param labels path of the labels; empty if there are none
   * @param classes labels must be in {@code [0, classes)}; 1 to 256
   * @param limit maximum number of rows to read, from the first, at least 1
   * @throws DataException if a file cannot be opened, has an invalid header or, uncompressed,
   *     another length than its header says, or if the files have different counts
   */
  public static IdxSet open(
      String images, String labels, int classes, long limit, Configuration hadoop) {
    requireClasses(classes);
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be at least 1, found limit=" + limit);
    }
    try (IdxStream in = IdxStream.open(images, hadoop)) {
      IdxHeader header = IdxHeader.ofImages(in, 1);
      StoredIdx image = StoredIdx.of(images, header, in);
      long rows = Math.min(limit, header.count());
      if (labels.isEmpty()) {
        return new IdxSet(image, List.of(), classes, rows);
      }
      try (IdxStream labelled = IdxStream.open(labels, hadoop)) {
        IdxHeader labelHeader = IdxHeader.ofLabels(labelled);
        requireSameCount(header, in, labelHeader, labelled);
        StoredIdx label = StoredIdx.of(labels, labelHeader, labelled);
        return new IdxSet(image, List.of(label), classes, rows);
      }
    }
  }

  static void requireClasses(int classes) {
    if (classes < 1 || classes > MAX_CLASSES) {
      throw new IllegalArgumentException("classes must be 1 to 256, found classes=" + classes);
    }
  }

  static void requireSameCount(
      IdxHeader images, IdxStream imageFile, IdxHeader labels, IdxStream labelFile) {
    if (labels.count() != images.count()) {
      throw DataException.at(
          "numbers of labels and images differ",
          labelFile.file(),
          Integer.BYTES,
          images.count() + " labels, the number of images in " + imageFile.file(),
          labels.count() + " labels",
          "give two files of the same set");
    }
  }

  /** The format of the rows: only unsigned bytes are pixels. */
  public RowFormat format() {
    return new RowFormat(images.header().shape(), images.header().type() == IdxType.UBYTE);
  }

  /** Shape and type of an image, and the type of the labels, for people. */
  public String schema() {
    return Stream.concat(
            Stream.of("images %s of %s".formatted(format().size(), images.header().type().title())),
            labels.stream().map(file -> "labels of " + file.header().type().title()))
        .collect(Collectors.joining("; "));
  }

  /** Bytes of a row in the image file. */
  public long rowBytes() {
    return (long) images.header().rowLength() * images.header().type().bytes();
  }

  /** Whether reading can start at any row: no file is compressed. */
  public boolean isSplittable() {
    return files().noneMatch(StoredIdx::isPacked);
  }

  private Stream<StoredIdx> files() {
    return Stream.concat(Stream.of(images), labels.stream());
  }

  /** The number of files. */
  public int fileCount() {
    return 1 + labels.size();
  }

  /**
   * Reads the files from beginning to end, checking and hashing them.
   *
   * @throws DataException if a file cannot be opened, or its header has changed
   */
  public IdxBlocks blocks(Configuration hadoop) {
    return IdxBlocks.open(
        images.path(), labels.stream().map(StoredIdx::path).findFirst(), classes, rows, 1, hadoop);
  }

  /**
   * Reads some rows of files that are {@linkplain #isSplittable splittable}, without the checks of
   * complete files.
   *
   * @param from first row
   * @param to row after the last
   * @throws DataException if a file cannot be opened
   */
  public IdxBlocks blocks(long from, long to, Configuration hadoop) {
    IdxStream image = images.openAt(from, hadoop);
    try {
      Optional<IdxStream> label =
          labels.stream().map(file -> file.openAt(from, hadoop)).findFirst();
      return new IdxBlocks(
          image,
          images.header(),
          label,
          label.map(in -> new IdxLabels(in, labels.get(0).header(), classes)),
          to - from,
          false);
    } catch (RuntimeException e) {
      IdxBlocks.close(image, e);
      throw e;
    }
  }

  /**
   * Reads a file to its end, checking its length and, for labels, that they are no one-hot rows.
   *
   * @param index number of the file: the images, then the labels
   * @return provenance of the file
   */
  public IdxFile hash(int index, Configuration hadoop) {
    StoredIdx file = index == 0 ? images : labels.get(0);
    try (IdxStream in = IdxStream.open(file.path(), hadoop)) {
      if (index == 0) {
        IdxHeader.ofImages(in, 1);
        return in.finish();
      }
      IdxLabels classOfRow = new IdxLabels(in, IdxHeader.ofLabels(in), classes);
      for (long left = rows; left > 0; left -= LABELS_AT_ONCE) {
        classOfRow.read((int) Math.min(left, LABELS_AT_ONCE));
      }
      return classOfRow.finish();
    }
  }
}
