package io.syncnorm.data.idx;

import io.syncnorm.data.DataException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The header of an IDX file.
 *
 * <pre>
 * | 00 00 | type | dimensions | size of the first | ... | size of the last | values, the last dimension's first |
 * 0       2      3            4                   8     4 + 4 * dimensions
 * </pre>
 *
 * @param sizes size of each dimension, at least 1; the first counts images or labels
 */
record IdxHeader(IdxType type, List<Integer> sizes) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The largest array that common virtual machines allow. */
  private static final int MAX_ARRAY_LENGTH = Integer.MAX_VALUE - 8;

  private static final int IMAGES_MAGIC = 0x00000803;
  private static final int LABELS_MAGIC = 0x00000801;
  private static final String DOWNLOAD_AGAIN = "download the file from its source again";

  /** The expected content of a file, which determines its number of dimensions. */
  private enum Content {
    /** At least two dimensions: the number of images, then those of an image. */
    IMAGES("image", IMAGES_MAGIC),
    /** One dimension, or two: then each row begins with the class. */
    LABELS("label", LABELS_MAGIC);

    final String name;
    final int usualMagic;

    Content(String name, int usualMagic) {
      this.name = name;
      this.usualMagic = usualMagic;
    }

    boolean has(int dimensions) {
      return this == IMAGES ? dimensions >= 2 : dimensions == 1 || dimensions == 2;
    }

    String nameOf(int dimension, int dimensions) {
      if (dimension == 0) {
        return "number of " + name + "s";
      }
      if (this == LABELS) {
        return "columns of a label";
      }
      return switch (dimensions) {
        case 2 -> "values of a row";
        case 3 -> dimension == 1 ? "height" : "width";
        default -> "size of dimension " + (dimension + 1);
      };
    }
  }

  /**
   * @param kept number of images that must fit into one array, from the first, at least 1
   * @throws DataException if it is not the header of an image file, or the images do not fit
   */
  static IdxHeader ofImages(IdxStream in, int kept) {
    IdxHeader header = read(in, Content.IMAGES);
    header.requireArrayOf(Math.min(kept, header.count()), Content.IMAGES, in.file());
    in.expect(header);
    return header;
  }

  /**
   * @throws DataException if it is not the header of a label file
   */
  static IdxHeader ofLabels(IdxStream in) {
    IdxHeader header = read(in, Content.LABELS);
    header.requireArrayOf(1, Content.LABELS, in.file());
    in.expect(header);
    return header;
  }

  private static IdxHeader read(IdxStream in, Content content) {
    int magic = in.readInt("magic number");
    Optional<IdxType> type =
        magic >>> 16 == 0 ? IdxType.ofCode(magic >>> 8 & 0xff) : Optional.empty();
    int dimensions = magic & 0xff;
    if (type.isEmpty() || !content.has(dimensions)) {
      boolean isOtherContent = type.isPresent() && dimensions > 0;
      throw DataException.at(
          "not an IDX " + content.name + " file",
          in.file(),
          0,
          String.format(Locale.ROOT, "magic number 0x%08x", content.usualMagic)
              + (content == Content.IMAGES
                  ? ", or another type and at least two dimensions"
                  : ", or another type and one or two dimensions"),
          String.format(Locale.ROOT, "0x%08x", magic),
          isOtherContent
              ? "check whether the image and label files are swapped"
              : "name an IDX file of unsigned or signed bytes, shorts, ints, floats or doubles");
    }
    List<Integer> sizes = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      sizes.add(size(in, content.nameOf(i, dimensions)));
    }
    return new IdxHeader(type.get(), List.copyOf(sizes));
  }

  private static int size(IdxStream in, String what) {
    long offset = in.offset();
    int found = in.readInt(what);
    if (found < 1) {
      throw DataException.at(
          "invalid header", in.file(), offset, what + " of at least 1", found, DOWNLOAD_AGAIN);
    }
    return found;
  }

  /** The number of images or labels. */
  int count() {
    return sizes.get(0);
  }

  /** The sizes of the dimensions of one image. */
  List<Integer> shape() {
    return sizes.subList(1, sizes.size());
  }

  /** The number of values of an image or a label. */
  int rowLength() {
    return shape().stream().reduce(1, (product, size) -> product * size);
  }

  /** Bytes of the header. */
  int bytes() {
    return Integer.BYTES * (1 + sizes.size());
  }

  /** Bytes of the file, unpacked. */
  long fileBytes() {
    return bytes() + (long) count() * rowLength() * type.bytes();
  }

  private void requireArrayOf(int kept, Content content, String file) {
    long rowLength = 1;
    for (int size : shape()) {
      rowLength *= size;
      if (rowLength > MAX_ARRAY_LENGTH / kept
          || count() > Long.MAX_VALUE / type.bytes() / rowLength) {
        throw DataException.at(
            content.name + "s do not fit into one array",
            file,
            Integer.BYTES,
            "at most " + MAX_ARRAY_LENGTH + " pixels",
            String.format(Locale.ROOT, "%d %ss of %s pixels", kept, content.name, size()),
            "if the header is correct, limit the number of rows");
      }
    }
  }

  private String size() {
    return shape().stream().map(String::valueOf).collect(Collectors.joining(" x "));
  }
}
