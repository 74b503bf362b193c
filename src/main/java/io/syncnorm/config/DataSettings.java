package io.syncnorm.config;

import java.io.Serializable;

/**
 * The labelled images of training and test.
 *
 * @param trainImages path of an IDX file, gzipped or not, on any file system that Hadoop knows; so
 *     are the three others
 * @param classes labels are 0 to {@code classes - 1}
 * @param limitTrain use at most so many training images; {@link #ALL} for all of them
 * @param limitTest use at most so many test images; {@link #ALL} for all of them
 * @param partition how the training images are dealt to the ranks
 */
public record DataSettings(
    String trainImages,
    String trainLabels,
    String testImages,
    String testLabels,
    int classes,
    int limitTrain,
    int limitTest,
    Partition partition)
    implements Serializable {

  /** The limit that limits nothing; written {@code all}. */
  public static final int ALL = Integer.MAX_VALUE;

  public DataSettings {
    Keys.TRAIN_IMAGES.require(trainImages);
    Keys.TRAIN_LABELS.require(trainLabels);
    Keys.TEST_IMAGES.require(testImages);
    Keys.TEST_LABELS.require(testLabels);
    Keys.CLASSES.require(classes);
    Keys.LIMIT_TRAIN.require(limitTrain);
    Keys.LIMIT_TEST.require(limitTest);
    Keys.PARTITION.require(partition);
  }
}
