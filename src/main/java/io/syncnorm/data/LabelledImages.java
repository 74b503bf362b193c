package io.syncnorm.data;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Images with one label each. Immutable by contract: {@code labels} is not copied, the caller gives
 * it away, and no one writes to it any more.
 */
public final class LabelledImages {
  private final Images images;
  private final byte[] labels;
  private final List<IdxFile> files;

  /**
   * @param labels unsigned bytes {@code [images.count()]}
   * @param labelFiles the files the labels were read from; empty when they were made in memory
   * @throws IllegalArgumentException when there is not one label per image
   */
  public LabelledImages(Images images, byte[] labels, List<IdxFile> labelFiles) {
    if (images.count() != labels.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "each image needs one label: images=%d, labels=%d",
              images.count(),
              labels.length));
    }
    this.images = Objects.requireNonNull(images, "images");
    this.labels = labels;
    this.files = Stream.concat(images.files().stream(), labelFiles.stream()).toList();
  }

  /** The images without their labels. */
  public Images images() {
    return images;
  }

  /** The number of labelled images. */
  public int count() {
    return images.count();
  }

  /** Pixel rows of one image. */
  public int height() {
    return images.height();
  }

  /** Pixel columns of one image. */
  public int width() {
    return images.width();
  }

  /** The number of features of one image. */
  public int rowLength() {
    return images.rowLength();
  }

  /** Unsigned bytes, row-major, where they are such. Owned by this object: read only. */
  public byte[] pixels() {
    return images.pixels();
  }

  /** Unsigned bytes {@code [count]}. Owned by this object: read only. */
  public byte[] labels() {
    return labels;
  }

  /** The files of the images, then those of the labels; empty when made in memory. */
  public List<IdxFile> files() {
    return files;
  }
}
