package io.syncnorm.experiment;

import io.syncnorm.config.Keys;
import io.syncnorm.data.IdxReader;
import io.syncnorm.data.LabelledImages;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** The configured training and test images. */
public record Dataset(LabelledImages train, LabelledImages test) {

  /**
   * Reads both sets.
   *
   * @throws io.syncnorm.data.DataException if a file is missing or invalid
   */
  public static Dataset read(io.syncnorm.config.Configuration run, Configuration hadoop) {
    return new Dataset(readTrain(run, hadoop), readTest(run, hadoop));
  }

  /** Reads only the training images. */
  public static LabelledImages readTrain(
      io.syncnorm.config.Configuration run, Configuration hadoop) {
    return IdxReader.read(
        run.get(Keys.TRAIN_IMAGES),
        run.get(Keys.TRAIN_LABELS),
        run.get(Keys.CLASSES),
        run.get(Keys.LIMIT_TRAIN),
        hadoop);
  }

  /** Reads only the test images. */
  public static LabelledImages readTest(
      io.syncnorm.config.Configuration run, Configuration hadoop) {
    return IdxReader.read(
        run.get(Keys.TEST_IMAGES),
        run.get(Keys.TEST_LABELS),
        run.get(Keys.CLASSES),
        run.get(Keys.LIMIT_TEST),
        hadoop);
  }

  /** SHA-256 of each data file, by path, in the order of the configuration. */
  public Map<String, String> hashes() {
    return hashes(train, test);
  }

  /** SHA-256 of each file that the images were read from, by path. */
  public static Map<String, String> hashes(LabelledImages... images) {
    Map<String, String> hashes = new LinkedHashMap<>();
    Stream.of(images)
        .flatMap(each -> each.files().stream())
        .forEach(file -> hashes.put(file.path(), file.sha256()));
    return hashes;
  }
}
