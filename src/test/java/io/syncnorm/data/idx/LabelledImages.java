package io.syncnorm.data.idx;

import io.syncnorm.data.Rows;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Images with one label each. Immutable by contract: {@code labels} is not copied, and the caller
 * must not write to it afterwards.
 *
 * @param labels unsigned bytes {@code [images.count()]}: read only
 * @param labelFiles the files the labels were read from; empty for labels created in memory
 */
public record LabelledImages(Images images, byte[] labels, List<IdxFile> labelFiles) {
  /**
   * @throws IllegalArgumentException if there is not one label per image
   */
  public LabelledImages {
    Objects.requireNonNull(images, "images");
    if (images.count() != labels.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "each image needs one label: images=%d, labels=%d",
              images.count(),
              labels.length));
    }
    labelFiles = List.copyOf(labelFiles);
  }

  /** The number of labelled images. */
  public int count() {
    return images.count();
  }

  /** All rows, sharing the images' pixels; each has weight 1. */
  public Rows rows() {
    int[] classes = new int[count()];
    for (int row = 0; row < classes.length; row++) {
      classes[row] = labels[row] & 0xff;
    }
    return new Rows(rowLength(), images.values(), classes);
  }

  /** The number of features of one image. */
  public int rowLength() {
    return images.rowLength();
  }

  /** The files of the images, then those of the labels; empty for images created in memory. */
  public List<IdxFile> files() {
    return Stream.concat(images.files().stream(), labelFiles.stream()).toList();
  }
}
